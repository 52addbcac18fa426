"""People are reached, and answer what they have heard."""
