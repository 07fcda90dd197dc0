"""What is declared: frozen types, one family per file. Knows what was written, not who reaches whom."""
