"""Letters: which are due when, what they say in two languages, and how they leave by SMTP."""
