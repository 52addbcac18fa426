"""What harms a centre from outside and from beneath: burglars, poison, a database that stands still."""
