"""Who may come in: accounts, access keys, signatures, policies, admission."""
