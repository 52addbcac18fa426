"""What every message says: the product's words, and a centre's own."""
