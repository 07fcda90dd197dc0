"""Talos Linux: its machine configuration."""
