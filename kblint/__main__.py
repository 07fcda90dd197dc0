"""`python -m kblint`."""

from kblint.cli.main import main

main()
