"""Secrets: what customers keep with us as it is, in versions, and what rotates some of them."""
