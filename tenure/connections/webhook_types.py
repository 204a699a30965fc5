"""What webhooks tell of connections."""

TYPES = {
    "connection.connected": "An organization was connected, for the first time or again.",
    "connection.degraded": "Not all of a connection can be read any more.",
    "connection.failing": "Nothing of a connection can be read.",
    "connection.recovered": "A connection is read again.",
    "connection.paused": "A connection is not read until it is resumed.",
    "connection.resumed": "A connection is read again at its interval.",
    "connection.disconnected": "A connection was ended, and its keys wiped.",
}
