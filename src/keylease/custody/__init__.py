"""What customers keep with us: instances, and the keys in them."""
