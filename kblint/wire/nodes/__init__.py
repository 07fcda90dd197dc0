"""The nodes: who claims which of their ports, what filters them, whether they reach each other."""
