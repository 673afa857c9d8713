"""Backups as their users meet them: commands, official clients, another region, another place."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from alibabacloud_bssopenapi20171214 import models as bss
from alibabacloud_kms20160120 import models as kms

from product import KEYLEASE, Customer, Product, serving
from scenarios.town import refused

CLOCK = "test=2026-01-31T10:00:00+08:00"


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    with serving(tmp_path / "data", "--clock", CLOCK) as served:
        yield served


@pytest.fixture
def on_either(tmp_path: Path, database_url: str) -> Iterator[Product]:
    with serving(tmp_path / "data", "--clock", CLOCK, database=database_url) as served:
        yield served


def unsubscribe(customer: Customer, instance: str) -> None:
    customer.bss.refund_instance(
        bss.RefundInstanceRequest(
            product_code="kms", instance_id=instance, client_token="t", immediately_release="1"
        )
    )


def alias(customer: Customer, key: str, name: str) -> None:
    customer.kms.create_alias(kms.CreateAliasRequest(key_id=key, alias_name=name))


def tag(customer: Customer, key: str) -> None:
    tags = '[{"TagKey":"env","TagValue":"prod"}]'
    customer.kms.tag_resource(kms.TagResourceRequest(key_id=key, tags=tags))


@pytest.mark.long
def test_old_ciphertext_decrypts_after_a_restore_in_another_region(on_either: Product) -> None:
    product = on_either
    ada = product.customer("ada", "10000.00")
    old = ada.buy()["InstanceId"]
    ada.enable(old)
    key = ada.create_key(old)
    alias(ada, key, "alias/orders")
    tag(ada, key)
    blob = ada.encrypt(key, "aGVsbG8=", {"order": "17"})
    made = product.cli("backup", "create", old)
    assert (made["kind"], made["keys"], made["expires_at"]) == ("manual", 1, None)

    product.cli("clock", "advance", "1h")
    unsubscribe(ada, old)
    assert refused(lambda: ada.decrypt(blob, {"order": "17"})) == (404, "Forbidden.KeyNotFound")
    (letter,) = [m for m in product.cli("mail", "list") if m["kind"] == "released"]
    assert made["backup_id"] in letter["text"]

    new = ada.buy(Region="cn-shanghai")["InstanceId"]
    failed = product.run("backup", "restore", made["backup_id"], "--into", new)
    assert failed.returncode == 1
    assert "ConnectKmsInstance" in failed.stderr
    ada.enable_in(new, "cn-shanghai")
    assert product.cli("backup", "restore", made["backup_id"], "--into", new) == {
        "backup_id": made["backup_id"],
        "instance_id": new,
        "keys": 1,
        "key_versions": 1,
        "secrets": 0,
        "secret_versions": 0,
        "present": 0,
        "skipped": [],
    }
    assert ada.decrypt(blob, {"order": "17"}) == "aGVsbG8="
    described = ada.kms.describe_key(kms.DescribeKeyRequest(key_id=key)).body.to_map()
    assert described["KeyMetadata"]["DKMSInstanceId"] == new
    listed = ada.kms.list_aliases_by_key_id(kms.ListAliasesByKeyIdRequest(key_id=key))
    assert [one["AliasName"] for one in listed.body.to_map()["Aliases"]["Alias"]] == [
        "alias/orders"
    ]
    tags = ada.kms.list_resource_tags(kms.ListResourceTagsRequest(key_id=key)).body.to_map()
    assert tags["Tags"]["Tag"][0]["TagValue"] == "prod"
    assert product.cli("backup", "restore", made["backup_id"], "--into", new)["present"] == 1
    operations = [one["operation"] for one in product.cli("audit", "list")]
    assert {"backup create", "backup restore"} <= set(operations)
    assert product.cli("audit", "verify") == {"findings": []}


@pytest.mark.long
def test_each_night_what_changed_is_backed_up_and_it_ends_90_days_after_the_release(
    product: Product,
) -> None:
    ada = product.customer("ada", "10000.00")
    instance = ada.buy()["InstanceId"]
    assert product.cli("backup", "list") == []
    ada.enable(instance)
    (first,) = product.cli("backup", "list", "--account", "ada")
    assert (first["kind"], first["keys"], first["secrets"]) == ("automatic", 0, 0)
    ada.create_key(instance)
    product.cli("clock", "advance", "1d")
    assert [one["keys"] for one in product.cli("backup", "list")] == [1, 0]
    product.cli("clock", "advance", "2d")
    assert len(product.cli("backup", "list")) == 2
    refusal = product.run("backup", "delete", first["backup_id"])
    assert (refusal.returncode, "released" in refusal.stderr) == (1, True)

    product.cli("clock", "set", "2026-03-16T00:00:00+08:00")  # the release
    (last,) = product.cli("backup", "list")
    assert last["expires_at"] == "2026-06-13T16:00:00Z"
    product.cli("clock", "set", "2026-06-13T23:00:00+08:00")
    assert product.cli("backup", "verify", last["backup_id"])["keys"] == 1
    product.cli("clock", "advance", "1h")
    assert product.cli("backup", "list") == []
    assert product.run("backup", "verify", last["backup_id"]).returncode == 1


@pytest.mark.long
def test_an_exported_backup_decrypts_in_another_installation(
    product: Product, tmp_path: Path
) -> None:
    ada = product.customer("ada", "10000.00")
    old = ada.buy()["InstanceId"]
    ada.enable(old)
    key = ada.create_key(old)
    blob = ada.encrypt(key, "aGVsbG8=")
    made = product.cli("backup", "create", old)
    passphrase, wrong = tmp_path / "passphrase", tmp_path / "wrong"
    passphrase.write_text("correct horse\n")
    wrong.write_text("battery staple\n")
    file = tmp_path / "ada.backup"
    how = ("--passphrase-file", str(passphrase))
    told = product.cli("backup", "export", made["backup_id"], str(file), *how)
    assert told["bytes"] == file.stat().st_size
    assert product.run("backup", "export", made["backup_id"], str(file), *how).returncode == 1
    assert product.cli("backup", "verify", str(file), *how)["digest"] == made["digest"]
    bad = product.run("backup", "verify", str(file), "--passphrase-file", str(wrong))
    assert (bad.returncode, "passphrase" in bad.stderr) == (1, True)
    piped = subprocess.run(
        [*KEYLEASE, "backup", "verify", str(file)],
        input=b"correct horse\n", capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert piped.returncode == 0, piped.stderr

    with serving(tmp_path / "elsewhere", "--clock", CLOCK) as elsewhere:
        bob = elsewhere.customer("bob", "10000.00")
        there = elsewhere.cli("backup", "import", str(file), "--account", "bob", *how)
        assert (there["backup_id"], there["kind"]) == (made["backup_id"], "imported")
        new = bob.buy()["InstanceId"]
        bob.enable(new)
        assert elsewhere.cli("backup", "restore", there["backup_id"], "--into", new)["keys"] == 1
        assert bob.decrypt(blob) == "aGVsbG8="
        elsewhere.cli("backup", "delete", there["backup_id"])
        assert bob.decrypt(blob) == "aGVsbG8="


def test_an_expired_instance_can_still_be_backed_up_but_not_restored_into(
    product: Product,
) -> None:
    ada = product.customer("ada", "10000.00")
    instance = ada.buy()["InstanceId"]
    ada.enable(instance)
    key = ada.create_key(instance)
    blob = ada.encrypt(key, "aGVsbG8=")
    product.cli("clock", "set", "2026-03-05T10:00:00+08:00")
    made = product.cli("backup", "create", instance)
    assert made["keys"] == 1
    failed = product.run("backup", "restore", made["backup_id"], "--into", instance)
    assert (failed.returncode, "expired" in failed.stderr) == (1, True)
    ada.renew(instance)
    assert product.cli("backup", "restore", made["backup_id"], "--into", instance)["present"] == 1
    assert ada.decrypt(blob) == "aGVsbG8="
