"""Several measurements of one cell become repeats of one row, or a summary."""
