"""Drawings of a cell: layout, routing of edges, thumbnails and the figure of the designer."""
