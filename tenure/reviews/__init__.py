"""Access reviews: campaigns, what was frozen for them, what reviewers decide, and what follows."""
