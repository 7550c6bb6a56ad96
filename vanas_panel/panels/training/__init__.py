"""The drawer that trains the drawn cell, and what was trained before."""
