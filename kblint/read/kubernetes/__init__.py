"""Kubernetes objects, by API group and kind."""
