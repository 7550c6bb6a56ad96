"""Cells in files: from text to packed cells."""
