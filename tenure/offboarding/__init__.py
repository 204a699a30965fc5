"""Somebody leaves: everything they can still do is found, shown, decided, taken away, and proven.

A case is one leaving. Its items are what was found, each with what is to happen to it; what changes
a provider is an operation of provisioning. A case is complete when every item is.
"""
