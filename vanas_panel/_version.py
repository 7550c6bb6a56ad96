"""The version of the package, where everything that writes it into a result can reach it."""

__version__ = "0.1.0"
