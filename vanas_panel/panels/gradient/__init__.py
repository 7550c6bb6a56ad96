"""Searches for networks, a part of the drawer *Search*: their list, the form of the next one, and their pictures."""
