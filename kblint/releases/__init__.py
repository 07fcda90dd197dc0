"""Releases put together: their values from wherever they stand, and what known charts make of them."""
