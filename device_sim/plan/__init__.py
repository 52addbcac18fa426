"""A scenario worked out: what each home does and when, before anything is sent. Pure."""
