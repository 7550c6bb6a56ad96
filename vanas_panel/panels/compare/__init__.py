"""The drawer that compares pinned cells."""
