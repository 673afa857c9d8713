"""Backups: what an instance held at a moment, under a key of its own, so that it outlives it."""
