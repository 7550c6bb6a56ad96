"""The overview: map and settings, by pointer and by keyboard."""
