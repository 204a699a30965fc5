"""One question of one organization, answered and forgotten: what `tenure scan` is made of.

Nothing here decides anything. People are imported, the organization is read, accounts are linked
and the tests run by the operations that an installation uses, on a database in memory.
"""
