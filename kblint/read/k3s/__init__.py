"""K3s's own configuration and flags."""
