"""Pictures of searches by gradient, as SVG and HTML."""
