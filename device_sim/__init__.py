"""Simulated homes, hubs and phones: they know the wire contract and nothing else of the product."""
