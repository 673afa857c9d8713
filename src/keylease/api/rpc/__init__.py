"""The RPC door: the KMS, billing and STS APIs, as official clients speak them."""
