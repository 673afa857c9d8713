"""Our HMAC equals the standard library's, for every key and message."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from keylease.access.signatures.hmac import hmac_sha1, hmac_sha256


@given(st.binary(max_size=200), st.binary(max_size=3000))
def test_it_equals_the_standard_library(key: bytes, message: bytes) -> None:
    assert hmac_sha256(key, message) == hmac.digest(key, message, "sha256")
    assert hmac_sha1(key, message) == hmac.digest(key, message, "sha1")
