"""What a customer can pay with. rules.md 4."""
