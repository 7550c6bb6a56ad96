"""Studies: several kinds of search, what they find, and chance, trained alike on several data sets."""
