"""Official clients that pin old libraries, unmodified, against a served product."""

import base64
from pathlib import Path
from typing import Any

from clients.environments import run
from doors.house import opened
from keylease.custody.secrets.creation import NewSecret, create_secret
from product import Customer

PLAINTEXT = base64.b64encode("a key for the 仓库".encode()).decode()
CONTEXT = {"tenant": "blue", "用途": "测试 a+b&c=d"}


def signed_in(someone: Customer) -> dict[str, Any]:
    """What every program needs to call as this customer."""
    return {
        "endpoint": someone.product.host_port,
        "access_key_id": someone.made["access_key_id"],
        "access_key_secret": someone.made["access_key_secret"],
    }


def test_the_node_client_makes_a_key_that_encrypts_under_a_context(
    ada: Customer, instance_id: str, home: Path
) -> None:
    given = {"instance_id": instance_id, "description": "made by 节点"}
    found = run(
        "node", "node_kms.js", home, plaintext=PLAINTEXT, context=CONTEXT, **given, **signed_in(ada)
    )
    assert found["description"] == "made by 节点"
    assert found["decrypted"]["plaintext"] == PLAINTEXT
    assert found["decrypted"]["keyId"] == found["encrypted"]["keyId"]
    assert found["refused"] == "InvalidCiphertextError"  # the client itself appends "Error"
    assert ada.decrypt(found["encrypted"]["ciphertextBlob"], CONTEXT) == PLAINTEXT


def test_the_transfer_client_encrypts_and_decrypts_through_the_openapi(
    ada: Customer, instance_id: str, home: Path
) -> None:
    key_id = ada.create_key(instance_id)
    found = run(
        "gateway", "transfer_client.py", home,
        key_id=key_id, plaintext=PLAINTEXT, context=CONTEXT, **signed_in(ada),
    )  # fmt: skip
    assert found["encrypted"]["KeyId"] == key_id
    assert found["decrypted"]["Plaintext"] == PLAINTEXT
    assert ada.decrypt(found["encrypted"]["CiphertextBlob"], CONTEXT) == PLAINTEXT


def test_the_secret_manager_client_reads_a_value_over_tls(
    grace: Customer, secure_instance_id: str, home: Path
) -> None:
    keep(grace, secure_instance_id, "db/grace", "open 芝麻 sesame")
    program = ("secrets", "secret_manager_client.py", home)
    found = run(*program, secret_name="db/grace", **signed_in(grace))
    assert found == {"value": "open 芝麻 sesame", "version": "v1"}


def test_the_secret_manager_client_is_told_over_tls_what_is_not_there(
    grace: Customer, home: Path
) -> None:
    found = run(
        "secrets", "secret_manager_client.py", home, secret_name="nothing", **signed_in(grace)
    )
    assert found == NOT_THERE


def test_the_second_secrets_manager_client_reads_a_value(
    ada: Customer, instance_id: str, home: Path
) -> None:
    keep(ada, instance_id, "db/ada", "open 芝麻 sesame")
    program = ("secrets-v2", "secretsmanager_client_v2.py", home)
    found = run(*program, secret_name="db/ada", **signed_in(ada))
    assert found == {"value": "open 芝麻 sesame", "version": "v1"}


def test_the_second_secrets_manager_client_is_told_what_is_not_there(
    ada: Customer, home: Path
) -> None:
    found = run(
        "secrets-v2", "secretsmanager_client_v2.py", home, secret_name="nothing", **signed_in(ada)
    )
    assert found == NOT_THERE


def keep(someone: Customer, instance_id: str, name: str, value: str) -> None:
    """Make a secret with one version, beside the server, which may be served over TLS."""
    with opened(someone.product) as deployment, deployment.database.begin() as work:
        asked = NewSecret(instance_id, name, "v1", value)
        create_secret(work, someone.account_id, "cn-hangzhou", someone.account_id, asked)


NOT_THERE = {"refused": "Forbidden.ResourceNotFound", "status": 404}
