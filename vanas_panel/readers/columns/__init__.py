"""Kinds of columns, recognised by their names and values: conditions, identifiers, exact properties, percents."""
