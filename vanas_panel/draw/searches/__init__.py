"""Pictures of searches, as SVG and HTML: the same text on the page, in reports and in notebooks."""
