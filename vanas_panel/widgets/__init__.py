"""Panel machinery that knows nothing of cells or tables: markup, keyboard, notebooks, threads."""
