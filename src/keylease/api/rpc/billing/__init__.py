"""The operations of the billing API, version 2017-12-14."""
