"""Positioned values to the model: one module a format."""
