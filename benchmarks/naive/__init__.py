"""The sync as a competent developer writes it first: the vendor's SDK and Django's ORM.

It keeps what the product keeps (rows, indexes, records as received, a history) in tables of its
own. `per_row` is the very first version, `in_bulk` the usual better one.
"""
