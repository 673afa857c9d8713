"""The instance gateway: protobuf messages that are signed with a client key.

A request with the header ``x-kms-apiname`` is for it. Its signature is read and verified by
`keylease.access.signatures.client_key`. Source: facts/kms-api.md C.
"""
