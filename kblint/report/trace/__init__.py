"""Reports of journeys, one file per format."""
