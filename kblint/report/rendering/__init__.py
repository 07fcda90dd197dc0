"""Reports of rendered objects, one file per format."""
