"""Findings that somebody has looked at and decided to live with: what silences them, and what silences nothing."""
