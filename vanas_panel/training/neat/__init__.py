"""Training of the networks that genomes of NEAT express."""
