"""The appointment to overwrite what was destroyed in the files of the database."""

ERASE = "erase"
