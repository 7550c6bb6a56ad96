"""The drawer of cells: their table, their files, and parallel coordinates."""
