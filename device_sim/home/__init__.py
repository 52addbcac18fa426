"""How the residents live, and what their devices report of it."""
