"""Load balancers: listeners to what answers, health checks, the PROXY protocol."""
