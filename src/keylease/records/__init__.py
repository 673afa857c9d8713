"""What happened, written down so that it can be proved: the audit trail.

Each process that serves is a *writer* with an id of its own and one chain of entries.
`audit` is one record and its bytes, `chain` links records by their hashes, `group_commit` makes
many of them durable with one commit before their requests are answered, `verify` checks a chain
from its first entry to its end, and `ports` says what a place must do that keeps entries.
The format is described in docs/formats/audit.md.
"""
