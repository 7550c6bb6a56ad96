"""Pictures of searches by NEAT, as SVG and HTML."""
