"""What a rule may name: the row types and subjects of every family."""
