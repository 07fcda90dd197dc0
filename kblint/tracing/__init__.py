"""From topologies to a trace: which journeys are shown, and as what."""
