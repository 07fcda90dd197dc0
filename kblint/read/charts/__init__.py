"""What known Helm charts make of their values."""
