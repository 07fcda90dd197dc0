"""Every verdict that stops traffic, made once."""
