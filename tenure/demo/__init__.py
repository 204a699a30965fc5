"""The demo: a believable company, its OpenAI organization, and Tenure connected to it."""
