"""The doors: HTTP itself, and the wire protocols that speak over it."""
