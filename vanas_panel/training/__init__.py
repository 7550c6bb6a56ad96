"""Training of cells: settings, data, the network of a cell, and workers. The only part that needs PyTorch."""
