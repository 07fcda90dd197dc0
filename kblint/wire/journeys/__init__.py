"""Every way in, followed hop by hop to the process that answers."""
