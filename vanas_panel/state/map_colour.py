"""What colours the bins of the map: a number of each cell, and which of the cells in a bin counts."""

STATISTICS = ("best", "median", "worst", "count")
"""Which cell of a bin gives its colour; of ``count``, how many there are."""
