"""The ledger: double entry, append only, balances are sums. rules.md 9."""
