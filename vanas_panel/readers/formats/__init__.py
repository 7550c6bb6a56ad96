"""One file for each source format."""
