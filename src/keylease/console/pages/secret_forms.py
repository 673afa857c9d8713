"""What a new secret of each type needs, and how often secrets can rotate automatically."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from keylease.console.visit import Visit
from keylease.core.clock import DAY, HOUR
from keylease.core.duration import seconds_text
from keylease.core.errors import Code, Parameter, Refusal
from keylease.custody.secrets import payloads
from keylease.custody.secrets.model import AUTO, ECS, SecretType

#: Periods of automatic rotation: their texts with their numbers.
PERIODS: Mapping[str, tuple[str, int]] = {
    seconds_text(6 * HOUR): ("{number} hours", 6),
    **{seconds_text(days * DAY): ("{number} days", days) for days in (1, 7, 30, 90, 180, 365)},
}

SUBTYPES: Mapping[str, str] = {
    payloads.SINGLE_USER: "One account",
    payloads.DOUBLE_USERS: "Two accounts that take turns",
    "RamUserAccessKey": "RAM access key",
    "Password": "Password",
    "SSHKey": "SSH key",
}

_ACCOUNTS = json.dumps({"Accounts": [{"AccountName": "", "AccountPassword": ""}]})
_ACCESS_KEYS = json.dumps({"AccessKeys": [{"AccessKeyId": "", "AccessKeySecret": ""}]})
_LOGIN = json.dumps({"UserName": "", "Password": ""})


@dataclass(frozen=True, slots=True)
class SecretForm:
    """The form of a type: its title, how a value begins, what names begin with, and its fields.

    ``subtypes`` and ``fields`` go into ExtendedConfig; a field has an English label. ``named`` is
    the name where it follows from the rest, ``hint`` says what a value has to be.
    """

    type: SecretType
    title: str
    value: str = ""
    hint: str = ""
    prefix: str = ""
    named: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def subtypes(self) -> tuple[str, ...]:
        """The kinds of this type; none for a generic secret."""
        return payloads.FORMS[self.type].subtypes if self.type.is_managed else ()

    def config(self, visit: Visit) -> str:
        """What was filled in, as ExtendedConfig; empty for a generic secret. Refusal."""
        if not self.type.is_managed:
            return ""
        given = {name: visit.given(name) for name in self.fields}
        for name, value in given.items():
            if not value:
                raise Refusal(
                    Code.MISSING_PARAMETER,
                    "The parameter {name} is needed but was not provided.",
                    name=Parameter(self.fields[name]),
                )
        if self.type is SecretType.REDIS:
            given["CloneAccountName"] = given["AccountName"] + "_clone"
        config = {"SecretSubType": visit.given("SecretSubType"), **given}
        return json.dumps(config, ensure_ascii=False)


_ACCOUNT, _REGION = "Account name", "Region of the resource"

FORMS: Mapping[SecretType, SecretForm] = {
    one.type: one
    for one in (
        SecretForm(SecretType.GENERIC, "Generic", hint="Any text of at most 30,720 bytes"),
        SecretForm(
            SecretType.RDS,
            "Database",
            _ACCOUNTS,
            "One account as JSON, or two of them where they take turns",
            fields={"DBInstanceId": "Database instance"},
        ),
        SecretForm(
            SecretType.REDIS,
            "Redis",
            AUTO,
            "$Auto makes passwords for both accounts",
            fields={
                "InstanceId": "Redis instance",
                "RegionId": _REGION,
                "AccountName": _ACCOUNT,
                "AccountPrivilege": "Privilege of the account",
            },
        ),
        SecretForm(
            SecretType.POLARDB,
            "PolarDB",
            AUTO,
            "$Auto makes passwords for both accounts",
            fields={
                "DBClusterId": "Cluster",
                "RegionId": _REGION,
                "DBType": "MySQL or PostgreSQL",
                "AccountName": _ACCOUNT,
            },
        ),
        SecretForm(
            SecretType.RAM,
            "RAM access key",
            _ACCESS_KEYS,
            "All access keys of the user as JSON: one or two",
            named=AUTO,
            fields={"UserName": "RAM user"},
        ),
        SecretForm(
            SecretType.ECS,
            "ECS login",
            _LOGIN,
            "JSON with UserName and Password, or with UserName, PublicKey and PrivateKey",
            prefix=ECS,
            fields={"InstanceId": "ECS instance", "RegionId": _REGION},
        ),
    )
}


def form_of(given: str) -> SecretForm:
    """The form of a type; the generic one for what is no type."""
    return next((form for one, form in FORMS.items() if one == given), FORMS[SecretType.GENERIC])
