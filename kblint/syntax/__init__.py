"""Languages other than YAML and JSON: text in, positioned trees out. Nothing here knows Kubernetes."""
