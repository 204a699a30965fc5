"""One module per collection of the Administration API; each lists its `ENDPOINTS`."""
