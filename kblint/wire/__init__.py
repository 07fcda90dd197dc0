"""Who reaches whom, and why: pure functions from what is declared to links with their evidence."""
