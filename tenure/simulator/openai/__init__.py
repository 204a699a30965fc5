"""An OpenAI organization that behaves, and misbehaves, like the real Administration API."""
