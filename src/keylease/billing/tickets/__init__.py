"""Tickets: what self-service refuses, and the operator decides. rules.md 7."""
