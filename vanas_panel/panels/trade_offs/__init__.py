"""Trade-offs: the Pareto front as a list, and what noise and operations make of it."""
