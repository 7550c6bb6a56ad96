"""Signing in: users, passwords, cookies, OAuth, and limits on guessing."""
