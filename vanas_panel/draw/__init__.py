"""Drawing without Panel: from data to colours, text, HTML, SVG and Bokeh figures."""
