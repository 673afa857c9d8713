"""Bytes in, bytes out: nonces, ciphertexts, keys, the envelope around keys, and the root's seal."""
