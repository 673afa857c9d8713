"""Usage: requests by the minute, what instances held at the end of a day, and the day's bill."""
