"""kblint follows the packet before you deploy."""

__version__ = "0.1.0"
