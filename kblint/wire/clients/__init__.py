"""What containers ask for inside the cluster."""
