"""Kustomizations to the documents that they build, of which every value still knows where it was written."""
