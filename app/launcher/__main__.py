"""`python -m anxin`: the command line."""

from .launch import main

main()
