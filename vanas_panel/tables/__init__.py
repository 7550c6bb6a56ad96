"""Tables: one row per unique cell, columns of metrics, and limits on how large a table may be."""
