"""Network policies: which pods they apply to, and what they let through."""
