"""Access requests: who may ask for what, who approves it, and when it ends again."""
