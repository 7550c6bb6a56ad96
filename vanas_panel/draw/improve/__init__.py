"""Ways to improve a cell, as HTML: completions in full, neighbours, paths."""
