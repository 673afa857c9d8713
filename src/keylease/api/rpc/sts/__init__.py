"""The operations of the Security Token Service, version 2015-04-01."""
