"""Firewalls of the host beside UFW: firewalld, iptables, nftables."""
