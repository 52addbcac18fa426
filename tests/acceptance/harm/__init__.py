"""What harms a centre: who guesses passwords, what ends a process, a database that stands still."""
