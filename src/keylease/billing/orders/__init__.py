"""Orders: what was bought, for how much, and the term that it paid for."""
