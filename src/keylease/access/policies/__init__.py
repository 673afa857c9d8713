"""Policies: who may do what, with which thing, under which conditions.

`document` reads them, `compiled` decides them, `decide` combines what both sides say.
"""
