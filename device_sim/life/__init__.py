"""How the residents live, and what their devices see of it."""
