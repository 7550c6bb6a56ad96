"""The numbers: cells, their exact keys, and everything that is computed from a table of them. NumPy and Numba only."""
