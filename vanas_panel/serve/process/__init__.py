"""Server processes: their start and stop, connections, logs and memory."""
