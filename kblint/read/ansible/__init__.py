"""Playbooks and task files of Ansible."""
