"""What the benchmarks of the sync share: a company, a house for the data, clocks and a table."""
