"""What a container's processes listen on."""
