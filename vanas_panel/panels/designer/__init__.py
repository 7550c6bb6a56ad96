"""The designer: draw a cell by hand."""
