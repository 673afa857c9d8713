"""All SQL: one schema on SQLite and PostgreSQL, and the stores that fit the ports."""
