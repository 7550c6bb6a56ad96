"""Choice of presets: cells of a table that are worth starting from."""
