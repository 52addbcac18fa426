"""Telephone calls: what is said in them, what a key does, and who rings whom."""
