"""What devices of other makers say, written after the documents of their formats."""
