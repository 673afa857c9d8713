"""Values and rules that need nothing but the standard library: time, money, ids, errors."""
