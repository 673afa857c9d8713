"""Selling: the price book, orders, the ledger, renewals, refunds, bills, usage.

Pure rules and what they need remembered; nothing here knows keys or a database. Money and keys
meet in `keylease.lifecycle` only.
"""
