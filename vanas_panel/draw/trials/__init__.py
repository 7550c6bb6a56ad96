"""Pictures and texts of the page of a table of trials, from data to HTML."""
