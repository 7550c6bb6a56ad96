"""Search: the drawer in which searches over the table are run, followed and compared."""
