"""The drawer of the columns of a table."""
