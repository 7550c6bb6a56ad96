"""The drawer that saves a report, a figure or a table."""
