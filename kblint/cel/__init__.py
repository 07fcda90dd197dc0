"""The expression language of rules: CEL, compiled and evaluated within bounds. Knows no rules."""
