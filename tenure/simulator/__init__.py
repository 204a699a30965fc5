"""Stand-ins for the vendors Tenure talks to, to try and to test against."""
