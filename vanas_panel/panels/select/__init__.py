"""Drawer that selects cells by conditions."""
