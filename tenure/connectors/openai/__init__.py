"""The connector for OpenAI API organizations."""
