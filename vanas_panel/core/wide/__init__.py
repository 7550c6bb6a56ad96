"""Larger cells, beyond what fits into one number: columns, exact canonical forms, and what follows from them."""
