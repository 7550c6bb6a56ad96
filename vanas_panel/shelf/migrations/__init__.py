"""How a shelf of an earlier version becomes one of today.

Alembic runs what is here, see `vanas_panel.shelf.upgrade`.
"""
