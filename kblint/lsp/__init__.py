"""The language server: the findings of `kblint check` in an editor, across files, while one types."""
