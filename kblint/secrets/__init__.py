"""Secrets in what was read: where they stand, and what a report shows instead of them."""
