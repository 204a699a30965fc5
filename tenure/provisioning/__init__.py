"""Intended changes at providers: planned, approved, made, read back. Nobody else changes one.

An operation is one change of one thing, with everything frozen that says which thing it is. What
was decided about it, what was sent and what was seen are steps, which are never changed. `acting`
does the work, and is the only caller of a connector's `change`.
"""
