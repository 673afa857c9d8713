"""Which key specs there are and what each may do: the table that callers ask.

Nobody else compares the names of specs and usages. Source: style.md 2.6, facts/kms.md 4.1.
"""

from dataclasses import dataclass
from enum import StrEnum

from keylease.core.errors import Code, Refusal


class KeyUsage(StrEnum):
    """What a key is for."""

    ENCRYPT_DECRYPT = "ENCRYPT/DECRYPT"


class ProtectionLevel(StrEnum):
    """Where the material of a key lives."""

    SOFTWARE = "SOFTWARE"


@dataclass(frozen=True, slots=True)
class KeySpec:
    """A kind of key: the first usage is the default, material is ``material_bytes`` long."""

    name: str
    usages: tuple[KeyUsage, ...]
    material_bytes: int
    protections: frozenset[ProtectionLevel]

    def usage(self, name: str | None) -> KeyUsage:
        """The usage with this name, or the default; Refusal if keys of this spec cannot do it."""
        if name is None:
            return self.usages[0]
        for usage in self.usages:
            if usage == name:
                return usage
        raise Refusal(
            Code.INVALID_PARAMETER,
            f"A key of KeySpec {self.name} can be used for {', '.join(self.usages)} only.",
        )


AES_256 = KeySpec(
    "Aliyun_AES_256",
    usages=(KeyUsage.ENCRYPT_DECRYPT,),
    material_bytes=32,
    protections=frozenset({ProtectionLevel.SOFTWARE}),
)

#: All key specs, by name; the first is the default.
KEY_SPECS = {spec.name: spec for spec in (AES_256,)}


def key_spec(name: str | None) -> KeySpec:
    """The spec with this name, or the default; Refusal if there is none."""
    if name is None:
        return AES_256
    if name not in KEY_SPECS:
        raise Refusal(
            Code.INVALID_PARAMETER,
            f"This KeySpec is not offered: choose one of {', '.join(KEY_SPECS)}.",
        )
    return KEY_SPECS[name]
