"""Bills: the lines of a month, and what they add up to. rules.md 9."""
