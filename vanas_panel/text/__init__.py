"""Text: what a terminal shows, numbers that people type, and texts that a spreadsheet would take for formulas."""
