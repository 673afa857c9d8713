"""All settings, in one table: read once, from flags, the environment and ``keylease.toml``.

A setting ``smtp_host`` is the variable ``KEYLEASE_SMTP_HOST``, the line ``smtp_host = "…"`` in
``keylease.toml`` of the data directory, and for most of them the flag ``--smtp-host`` of
`keylease serve`. A flag goes before the environment, the environment before the file.
Source: design.md 6.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from keylease.core.errors import Misuse
from keylease.core.regions import DEFAULT_REGION, REGIONS

SETTINGS_FILE = "keylease.toml"
DATA_DEFAULT = "keylease-data"


def _setting(
    default: Any,
    about: str,
    choices: tuple[str, ...] = (),
    *,
    between: tuple[int, int] = (0, 0),
    secret: bool = False,
) -> Any:
    return field(
        default=default,
        repr=not secret,
        metadata={"about": about, "choices": choices, "between": between, "secret": secret},
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can decide. `SETTINGS` lists them with their meaning."""

    data: Path = _setting(Path(DATA_DEFAULT), "Directory of seal, settings and SQLite files.")
    database: str = _setting("", "postgresql://… instead of the SQLite file.", secret=True)
    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8470, "Port to listen on; 0 takes a free one.", between=(0, 65_535))
    http_port: int = _setting(
        -1, "A further port for plain HTTP when TLS is on.", between=(-1, 65_535)
    )
    workers: int = _setting(
        1, "Processes that serve; above 1, one more runs the agenda.", between=(1, 64)
    )
    tls: str = _setting("off", "off, auto (a private CA in the data directory), or CERT,KEY files.")
    default_region: str = _setting(
        DEFAULT_REGION, "Region of calls that name none.", tuple(REGIONS)
    )
    quotas: str = _setting(
        "instance",
        "Request quotas: what instances bought; also the original's for each account; none.",
        ("instance", "documented", "off"),
    )
    key_version_pause_days: int = _setting(
        0, "Days between two versions of an asymmetric key.", between=(0, 365)
    )
    backups: str = _setting(
        "automatic",
        "automatic: software instances are backed up each night; off: on demand only.",
        ("automatic", "off"),
    )
    reminder_hour: int = _setting(9, "Hour of reminders, UTC+8.", between=(0, 23))
    renewal_hour: int = _setting(8, "Hour of automatic renewals, UTC+8.", between=(0, 23))
    seal_passphrase: str = _setting("", "Passphrase of the seal, if it has one.", secret=True)
    seal_rotation_days: int = _setting(
        0, "Days between new root keys; 0 makes none by itself.", between=(0, 3_650)
    )
    smtp_host: str = _setting("", "Mail server; without one letters wait.")
    smtp_port: int = _setting(25, "Port of the mail server.", between=(1, 65_535))
    smtp_tls: str = _setting("off", "TLS to the mail server.", ("off", "starttls", "tls"))
    smtp_user: str = _setting("", "Login at the mail server; needs TLS.")
    smtp_password: str = _setting("", "Password of that login.", secret=True)
    smtp_sender: str = _setting("keylease@localhost", "Sender of letters.")
    pkcs11_library: str = _setting(
        "", "PKCS#11 library of the hardware module; none: no hardware keys."
    )
    pkcs11_token: str = _setting("keylease", "Label of the token in it.")
    pkcs11_pin_file: str = _setting("", "File with the token's PIN, for its owner only.")
    pkcs11_quick: str = _setting(
        "on", "on: the token is in this machine; off: across a network.", ("on", "off")
    )
    export_dir: str = _setting("", "Directory that subscribed bills are written to; none: off.")
    mail_domain: str = _setting("keylease.local", "Right side of Message-IDs.")
    operator_email: str = _setting("", "Where the operator's alerts go; without one they are kept.")
    operator_language: str = _setting("en", "Language of the operator's alerts.", ("en", "zh"))


SETTINGS: tuple[Field[Any], ...] = fields(Settings)


def choices_of(name: str) -> tuple[str, ...]:
    """What a setting can be, where that is one of a few words."""
    (choices,) = [one.metadata["choices"] for one in SETTINGS if one.name == name]
    return tuple(choices)


def read_settings(
    flags: Mapping[str, Any], environment: Mapping[str, str] | None = None
) -> Settings:
    """The settings in force; Misuse for a value that cannot be meant. A flag of None is unset."""
    env = os.environ if environment is None else environment
    data = Path(str(flags.get("data") or env.get("KEYLEASE_DATA") or DATA_DEFAULT))
    file = _file(data / SETTINGS_FILE)
    values: dict[str, Any] = {"data": data}
    for setting in SETTINGS[1:]:
        name = setting.name
        for given in (flags.get(name), env.get(f"KEYLEASE_{name.upper()}"), file.get(name)):
            if given is not None:
                values[name] = _value(setting, given)
                break
    return Settings(**values)


def _file(path: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misuse("{path} is not TOML: {error}", path=path, error=error) from None
    unknown = values.keys() - {setting.name for setting in SETTINGS}
    if unknown:
        raise Misuse("{path} has the unknown setting {name!r}.", path=path, name=min(unknown))
    return values


def _value(setting: Field[Any], given: Any) -> Any:
    if setting.type is int or setting.type == "int":
        least, most = setting.metadata["between"]
        try:
            number = int(given)
        except (TypeError, ValueError):
            number = least - 1
        if not least <= number <= most:
            raise Misuse(
                "The setting {setting} takes a whole number, {least} to {most}.",
                setting=setting.name,
                least=least,
                most=most,
            )
        return number
    text = str(given)
    choices = setting.metadata["choices"]
    if choices and text not in choices:
        raise Misuse(
            "The setting {setting} takes one of {choices}.",
            setting=setting.name,
            choices=", ".join(choices),
        )
    return text
