"""Money back: what is left of what was paid. rules.md 7."""
