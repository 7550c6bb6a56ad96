"""State: what one person has selected, drawn and pinned, its undo steps, and its link."""
