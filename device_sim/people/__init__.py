"""The people around the homes: operators, families and responders with phones."""
