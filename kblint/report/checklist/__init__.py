"""Reports of the deployment checklist, one file per format."""
