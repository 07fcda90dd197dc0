"""Known Helm charts: what they make of their values, as data, one YAML file a chart."""
