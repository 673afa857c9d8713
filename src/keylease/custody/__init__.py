"""What customers keep with us: instances, and the keys and secrets in them."""
