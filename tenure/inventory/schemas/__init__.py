"""What of the inventory the API shows and takes."""
