"""Migrations of the shelf's database from earlier versions.

Alembic runs what is here, see `vanas_panel.shelf.upgrade`.
"""
