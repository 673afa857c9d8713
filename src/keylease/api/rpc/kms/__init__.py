"""The operations of the KMS API, version 2016-01-20."""
