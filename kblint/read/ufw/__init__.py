"""UFW: its listings, its files and the commands that set it up."""
