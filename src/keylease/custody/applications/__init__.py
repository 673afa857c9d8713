"""Applications: who may use keys and secrets without an access key. facts/kms.md 6.1.

An application access point has up to three permission policies, each with network rules, and
client keys that the application signs with. All belong to an account and a region.
"""
