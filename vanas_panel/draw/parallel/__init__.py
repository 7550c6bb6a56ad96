"""Parallel coordinates over all columns of a table, as a raster."""
