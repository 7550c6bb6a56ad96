"""NEAT: genomes whose genes carry the numbers of the mutations that made them.

Source: K. O. Stanley, R. Miikkulainen, "Evolving neural networks through augmenting topologies", Evolutionary
Computation 10(2), 2002.
"""

from vanas_panel.neat.crossing import align, crossover, distance
from vanas_panel.neat.expression import express, find_network
from vanas_panel.neat.genome import ConnectionGene, Genome
from vanas_panel.neat.genome_text import read_genome
from vanas_panel.neat.innovations import Innovations
from vanas_panel.neat.node_genes import NodeGene
from vanas_panel.neat.run import NeatRun
from vanas_panel.neat.run_file import read
from vanas_panel.neat.search import random_search, search, train
from vanas_panel.neat.settings import NeatSettings
from vanas_panel.neat.species import Species, divide, next_threshold, offspring_counts, shared_fitness

__all__ = ["ConnectionGene", "Genome", "Innovations", "NeatRun", "NeatSettings", "NodeGene", "Species", "align",
           "crossover", "distance", "divide", "express", "find_network", "next_threshold", "offspring_counts",
           "random_search", "read", "read_genome", "search", "shared_fitness", "train"]
