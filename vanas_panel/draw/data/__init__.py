"""What the columns of a table were taken for, drawn without Panel."""
