"""Fuzzing: small inputs of each format, what becomes of them when they are changed, and what holds of anything."""
