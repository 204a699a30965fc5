"""Accounts of any other system, from a CSV that somebody uploads."""
