"""Files: written whole or not at all, kept private, checked against a schema; errors of a disk in plain words."""
