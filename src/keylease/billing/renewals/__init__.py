"""How a subscription is to be renewed. rules.md 5."""
