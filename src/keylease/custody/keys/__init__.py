"""Keys: their life, their versions, and the wrapping that protects them at rest."""
