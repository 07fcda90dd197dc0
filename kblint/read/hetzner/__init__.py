"""Hetzner's load balancers and firewalls, in the shape of the API and as annotations."""
