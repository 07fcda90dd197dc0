"""What the Kubernetes API server admits: its schemas and API versions, and its verdict on every object."""
