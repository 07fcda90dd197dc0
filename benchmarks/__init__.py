"""Benchmarks: what kblint costs, as ratios in one run."""
