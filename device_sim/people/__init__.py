"""The people around the homes: operators at the desk, families and responders with phones."""
