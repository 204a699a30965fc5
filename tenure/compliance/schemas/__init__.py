"""What of tests, findings and the calendar the API shows and takes."""
