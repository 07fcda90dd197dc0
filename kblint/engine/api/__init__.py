"""What the Kubernetes API of one release says about an object before anything is wired."""
