"""Reports of the register of ports, one file per format."""
