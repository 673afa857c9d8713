"""The forms of managed secrets: their ExtendedConfig, and their values. facts/kms.md 5.

A value is served as one JSON object; CreateSecret takes the accounts or access keys as a list, of
which the first becomes the current version and the second the previous one. Nothing of a value is
ever repeated in a message.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keylease.core.clock import iso
from keylease.core.entropy import Entropy
from keylease.core.errors import Code, Parameter, Refusal
from keylease.custody.secrets.model import AUTO, SecretType
from keylease.custody.secrets.passwords import random_password

CONFIG_CHARACTERS_MAX = 1_024
CUSTOM_PAIRS_MAX = 10

SINGLE_USER, DOUBLE_USERS = "SingleUser", "DoubleUsers"

_ACCOUNT = ("AccountName", "AccountPassword")
_ACCESS_KEY = ("AccessKeyId", "AccessKeySecret")


@dataclass(frozen=True, slots=True)
class Form:
    """What the ExtendedConfig of a type has to say: its subtypes, and the fields it needs."""

    subtypes: tuple[str, ...]
    needed: tuple[str, ...]


FORMS: Mapping[SecretType, Form] = {
    SecretType.RDS: Form((SINGLE_USER, DOUBLE_USERS), ("DBInstanceId",)),
    SecretType.REDIS: Form(
        (DOUBLE_USERS,),
        ("AccountName", "CloneAccountName", "AccountPrivilege", "InstanceId", "RegionId"),
    ),
    SecretType.POLARDB: Form((DOUBLE_USERS,), ("AccountName", "DBClusterId", "DBType", "RegionId")),
    SecretType.RAM: Form(("RamUserAccessKey",), ("UserName",)),
    SecretType.ECS: Form(("Password", "SSHKey"), ("InstanceId", "RegionId")),
}

Config = Mapping[str, Any]
Value = Mapping[str, str]


def check_config(kind: SecretType, text: str) -> Config:
    """ExtendedConfig of a managed secret, if it keeps the form; Refusal InvalidParameter."""
    if len(text) > CONFIG_CHARACTERS_MAX:
        raise _refused("takes at most {most:,} characters", most=CONFIG_CHARACTERS_MAX)
    config = _parsed(text)
    if not isinstance(config, dict):
        raise _refused("of a {kind} secret takes a JSON object", kind=kind)
    form = FORMS[kind]
    if config.get("SecretSubType") not in form.subtypes:
        raise _refused(
            "of a {kind} secret takes SecretSubType {allowed}",
            kind=kind,
            allowed=" or ".join(form.subtypes),
        )
    for name in form.needed:
        if not isinstance(config.get(name), str) or not config[name]:
            raise _refused(
                "of a {kind} secret needs a text {name}", kind=kind, name=Parameter(name)
            )
    if kind in {SecretType.REDIS, SecretType.POLARDB}:
        _check_clone(config)
    if kind is SecretType.POLARDB and config["DBType"] not in {"MySQL", "PostgreSQL"}:
        raise _refused("takes MySQL or PostgreSQL as DBType")
    check_custom_data(config.get("CustomData", {}))
    return config


def check_custom_data(found: Any) -> Mapping[str, str]:
    """``CustomData``, if it is at most ten pairs of texts; Refusal InvalidParameter."""
    texts = isinstance(found, dict) and all(isinstance(one, str) for one in found.values())
    if not texts or len(found) > CUSTOM_PAIRS_MAX:
        raise _refused("takes at most {most} pairs of texts as CustomData", most=CUSTOM_PAIRS_MAX)
    checked: Mapping[str, str] = found
    return checked


def first_values(
    kind: SecretType, config: Config, data: str, entropy: Entropy, now: int
) -> Sequence[Value]:
    """The current value, and the previous one where the type has two; Refusal InvalidParameter.

    ``$Auto`` makes the passwords of both accounts.
    """
    subtype = config["SecretSubType"]
    if kind is SecretType.ECS:
        return [check_value(kind, config, data)]
    if data == AUTO and kind in {SecretType.REDIS, SecretType.POLARDB}:
        names = (config["AccountName"], config["AccountName"] + "_clone")
        return [_account(name, random_password(entropy)) for name in names]
    if kind is SecretType.RAM:
        keys = _listed(data, "AccessKeys", _ACCESS_KEY, (1, 2))
        return [{**one, "GenerateTimestamp": iso(now)} for one in keys]
    count = 1 if subtype == SINGLE_USER else 2
    found = _listed(data, "Accounts", _ACCOUNT, (count,))
    if len({one["AccountName"] for one in found}) < count:
        raise _wrong("names two different accounts")
    return found


def check_value(kind: SecretType, config: Config, data: str) -> Value:
    """A value in the form in which it is served; Refusal InvalidParameter."""
    found = _parsed(data)
    fields: tuple[str, ...] = _ACCOUNT
    if kind is SecretType.RAM:
        fields = (*_ACCESS_KEY, "GenerateTimestamp")
    elif kind is SecretType.ECS and config["SecretSubType"] == "Password":
        fields = ("UserName", "Password")
    elif kind is SecretType.ECS:
        fields = ("UserName", "PublicKey", "PrivateKey")
    if not _has(found, fields):
        raise _wrong("takes a JSON object with the texts {names}", names=", ".join(fields))
    checked: Value = found
    return checked


def _listed(
    data: str, name: str, fields: tuple[str, ...], counts: tuple[int, ...]
) -> Sequence[Value]:
    found = _parsed(data)
    rows = found.get(name) if isinstance(found, dict) else None
    fits = isinstance(rows, list) and len(rows) in counts and set(found) == {name}
    if rows is None or not fits or not all(_has(one, fields) for one in rows):
        form = json.dumps({name: [dict.fromkeys(fields, "")]}, separators=(",", ":"))
        raise _wrong(
            "takes {form} with {counts} of them", form=form, counts=" or ".join(map(str, counts))
        )
    checked: Sequence[Value] = rows
    return checked


def _has(found: Any, fields: tuple[str, ...]) -> bool:
    return (
        isinstance(found, dict)
        and set(found) == set(fields)
        and all(isinstance(found[one], str) and found[one] for one in fields)
    )


def _account(name: str, password: str) -> Value:
    return dict(zip(_ACCOUNT, (name, password), strict=True))


def _check_clone(config: Config) -> None:
    wanted = f"{config['AccountName']}_clone"
    if config.get("CloneAccountName", wanted) != wanted:
        raise _refused("takes AccountName and _clone as CloneAccountName")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _refused(rule: str, **values: Any) -> Refusal:
    return Refusal(Code.INVALID_PARAMETER, f"ExtendedConfig {rule}.", **values)


def _wrong(rule: str, **values: Any) -> Refusal:
    return Refusal(
        Code.INVALID_PARAMETER,
        f"{{name}} of a secret of this type {rule}.",
        name=Parameter("SecretData"),
        **values,
    )
