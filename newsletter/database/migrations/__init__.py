"""Bring a database of an earlier version up to date, one revision after the other."""
