"""Reports of the files of a run, one file per format."""
