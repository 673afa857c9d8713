"""Who may come in: accounts, access keys, signatures, admission."""
