"""The picture of a recorded training: what the browser gets, and the scripts that draw it.

`scene` makes one compact value of a training, `codes` its cells as bytes, `measures` its figures and `words` its texts.
The modules of JavaScript draw it on plain 2-D canvases: `scene.js` decodes, `raster.js` draws, `inspector.js` puts the
parts together. `script` joins them into one text, for the page and for reports.
"""
