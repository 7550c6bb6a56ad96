"""The preview: a still picture of the page in its HTML, so that people see their table before any script.

`still_page` writes it from the page that a server makes first. It has the frames, the words and the numbers of the live
page at the same positions, and takes no part in anything: `preview.js` shows it where it is right, and the live page
replaces it.
"""

from vanas_panel.serve.preview.tree import still_page

__all__ = ["still_page"]
