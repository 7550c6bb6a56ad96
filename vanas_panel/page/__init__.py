"""The page: dashboard, header, drawers and the address bar."""
