"""A subscription from end to end, through the official SDKs, on both engines."""

from pathlib import Path

import pytest
from aliyunsdkkms.request.v20160120.DecryptRequest import DecryptRequest

from product import refusal_of, serving


def test_smoke(tmp_path: Path, database_url: str) -> None:
    clock = "test=2026-01-31T10:00:00+08:00"
    with serving(tmp_path / "data", "--clock", clock, database=database_url) as product:
        product.cli("clock", "freeze")
        ada = product.customer("ada", "2000.00")
        bought = ada.buy(1)
        instance = bought["InstanceId"]
        ada.enable(instance)
        key = ada.create_key(instance)
        blob = ada.encrypt(key, "aGVsbG8=")
        request = DecryptRequest()
        request.set_CiphertextBlob(blob)
        assert ada.core(request)["Plaintext"] == "aGVsbG8="
        product.cli("clock", "set", "2026-03-01T00:00:00+08:00")
        with pytest.raises(Exception) as refused:
            ada.decrypt(blob)
        assert refusal_of(refused.value) == (403, "Forbidden.DKMSInstanceStateInvalid")
