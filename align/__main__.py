"""`python -m align`, the same as the command `align`."""

from align.cli import main

main()
