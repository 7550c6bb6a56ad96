"""Checks and headers of each request: guard, security headers, hosts, health, plain forms."""
