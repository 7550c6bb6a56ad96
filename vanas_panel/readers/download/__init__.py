"""Published benchmarks: downloaded, verified and converted."""
