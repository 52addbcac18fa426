"""The package `anxin` as it is installed: one name beside everybody else's.

The folders app, api, store … are inside it, so that they cannot be mixed up with a package of the
same name that somebody else has installed; only our own processes find them (see launch.py).
"""
