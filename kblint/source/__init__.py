"""Text in, positioned values out. Knows no Kubernetes."""
