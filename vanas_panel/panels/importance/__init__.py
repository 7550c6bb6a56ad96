"""Edge importance: bars by pointer and by keyboard."""
