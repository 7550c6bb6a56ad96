"""Cells side by side: aligned drawings, and a table of their values."""
