"""What programs ask of kblint: the command line, and those that `import kblint`."""
