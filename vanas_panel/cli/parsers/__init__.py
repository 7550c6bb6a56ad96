"""The options of each command: parsers that load none of the modules that do the work."""
