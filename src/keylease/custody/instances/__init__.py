"""Key management instances: their life, their place, and what they may hold."""
