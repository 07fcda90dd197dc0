"""From what is wired, and what the rules found in it, to the deployment checklist."""
