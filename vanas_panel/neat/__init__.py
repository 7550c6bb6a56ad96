"""NEAT: genomes whose genes carry the numbers of the mutations that made them.

Source: K. O. Stanley, R. Miikkulainen, "Evolving neural networks through augmenting topologies", Evolutionary
Computation 10(2), 2002.
"""

from vanas_panel.neat.crossing import align, crossover, distance
from vanas_panel.neat.genome import ConnectionGene, Genome
from vanas_panel.neat.innovations import Innovations
from vanas_panel.neat.species import Species, divide, next_threshold, offspring_counts, shared_fitness

__all__ = ["ConnectionGene", "Genome", "Innovations", "Species", "align", "crossover", "distance", "divide",
           "next_threshold", "offspring_counts", "shared_fitness"]
