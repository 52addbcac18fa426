"""Scenarios: what happens in the homes, read from YAML."""
