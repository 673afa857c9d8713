"""Records for the tests of the stores: whole, and told apart by a number."""

from dataclasses import replace
from datetime import date
from typing import Any

from keylease.access.accounts import Account, StoredAccessKey, User
from keylease.billing.orders.model import Order, OrderType, PaidTerm, PaymentStatus
from keylease.core.terms import Term
from keylease.custody.instances.model import BoundNetwork, Capacity, Edition, Instance, Network
from keylease.custody.instances.states import InstanceState
from keylease.custody.keys.model import Key, KeyVersion, key_scope
from keylease.custody.keys.states import KeyState
from keylease.custody.secrets.model import (
    DataType,
    Rotation,
    Secret,
    SecretType,
    SecretVersion,
)
from keylease.records.audit import OK, AuditRecord

AT = 1_769_824_800
ADA = "1000000000000001"
BOB = "2000000000000002"


def account(number: int = 1, **changed: Any) -> Account:
    made = Account(
        id=f"{number}000000000000000",
        name=f"account-{number}",
        email=f"{number}@example.com",
        language="zh",
        currency="CNY",
        kms_opened_at=None,
        created_at=AT + number,
    )
    return replace(made, **changed)


def user(number: int = 1, **changed: Any) -> User:
    return replace(User(f"user-{number}", ADA, f"name-{number}", "hash", AT), **changed)


def access_key(number: int = 1, **changed: Any) -> StoredAccessKey:
    made = StoredAccessKey(f"LTAI{number}", ADA, "", b"\x00wrapped\xff", active=True, created_at=AT)
    return replace(made, **changed)


def instance(number: int = 1, **changed: Any) -> Instance:
    made = Instance(
        id=f"kst-hzz{number:018}",
        account_id=ADA,
        region="cn-hangzhou",
        edition=Edition.SOFTWARE,
        name=f"密钥 {number}",
        state=InstanceState.CONNECTED,
        capacity=Capacity(1000, 2000, 3000, 4, log=True, log_storage=1000),
        created_at=AT + number,
        since=AT,
        term_start=AT,
        end=AT + 28 * 86_400,
        anchor=date(2026, 1, 31),
        months=1,
        network=Network(
            "vpc-1",
            ("vsw-1", "vsw-2"),
            ("cn-hangzhou-a",),
            (BoundNetwork("vpc-2", "vsw-3", "cn-shanghai", BOB),),
        ),
        product_type="kms_ddi_public_cn",
        deletion_protection=True,
        deletion_protection_description="in use",
    )
    return replace(made, **changed)


def key(number: int = 1, **changed: Any) -> Key:
    made = Key(
        id=f"key-hzz{number:018}",
        account_id=ADA,
        region="cn-hangzhou",
        instance_id=instance().id,
        spec="Aliyun_AES_256",
        usage="ENCRYPT/DECRYPT",
        origin="Aliyun_KMS",
        protection_level="SOFTWARE",
        state=KeyState.ENABLED,
        description="for 文件",
        creator=ADA,
        primary_version=version_id(number),
        created_at=AT + number,
        storage="HsmEncryptedDatabase",
        rotated_at=AT + number + 1,
        rotation_interval=7 * 86_400,
        rotate_at=AT + number + 2,
        delete_at=AT + 400 * 86_400,
        material_expires_at=AT + 500 * 86_400,
        material_digest=bytes(range(32)),
        deletion_protection=True,
        deletion_protection_description="in use",
        policy='{"Version":"1"}',
    )
    return replace(made, **changed)


def version_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def version(of: Key, number: int | None = None, **changed: Any) -> KeyVersion:
    """The first version of a key, or a further one with a number of its own."""
    made = KeyVersion(
        id=of.primary_version if number is None else version_id(number),
        key_id=of.id,
        instance_id=of.instance_id,
        scope=key_scope(of.id),
        created_at=of.created_at,
        wrapped=bytes(range(61)),
        public=b"\x30public",
    )
    return replace(made, **changed)


def order(number: int = 1, **changed: Any) -> Order:
    made = Order(
        id=f"2{number:014}",
        account_id=ADA,
        type=OrderType.NEW,
        status=PaymentStatus.PAID,
        product_type="kms_ddi_public_intl",
        instance_id=instance().id,
        region="cn-hangzhou",
        months=1,
        currency="USD",
        list_amount=50_001,
        payable_amount=50_000,
        created_at=AT + number,
        paid_at=AT + number,
        configuration={"qps": 1000, "edition": "software", "note": "密钥"},
        original=None,
        price_book=1,
    )
    return replace(made, **changed)


def paid_term(of: Order) -> PaidTerm:
    term = Term(of.paid_at, of.paid_at + 28 * 86_400, date(2026, 1, 31), of.months)
    return PaidTerm(of.id, of.instance_id, term)


def audit_record(number: int = 1) -> AuditRecord:
    return AuditRecord(
        at=AT,
        machine=1.5,
        request_id=f"R-{number}",
        account_id=ADA,
        principal="operator",
        access_key_id="",
        operation="CreateKey",
        region="cn-hangzhou",
        resource=key(number).id,
        outcome=OK,
        peer="127.0.0.1",
    )


def secret(number: int = 1, **changed: Any) -> Secret:
    made = Secret(
        id=f"secret-{number}",
        account_id=ADA,
        region="cn-hangzhou",
        name=f"凭据/{number}",
        instance_id=instance().id,
        type=SecretType.RDS,
        description="a secret",
        encryption_key_id="key-1",
        extended_config='{"SecretSubType":"SingleUser"}',
        creator=ADA,
        policy="{}",
        created_at=AT + number,
        updated_at=AT + number,
        rotation=Rotation.INVALID,
        rotation_interval=86_400,
        rotated_at=AT,
        rotate_at=AT + 86_400,
        delete_at=AT + 90_000,
    )
    return replace(made, **changed)


def secret_version(number: int = 1, of: int = 1, **changed: Any) -> SecretVersion:
    made = SecretVersion(
        secret_id=f"secret-{of}",
        id=f"v{number}",
        number=number,
        data_type=DataType.BINARY,
        data_key=b"\x01key\xff",
        sealed=b"\x01sealed\x00\xff",
        stages=("ACSCurrent", "mine"),
        created_at=AT + number,
    )
    return replace(made, **changed)
