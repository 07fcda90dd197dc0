"""Routes to the Services they name, and what a route hangs on."""
