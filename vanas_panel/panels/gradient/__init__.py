"""Searches by gradient, a part of the drawer *Search*: their list, the form of the next one, and their pictures."""
