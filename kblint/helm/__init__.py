"""Charts rendered by helm, with where each value of what comes out is written."""
