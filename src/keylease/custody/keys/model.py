"""A key and its versions, as they are kept. Source: facts/kms-api.md A.2, facts/kms.md 4."""

from dataclasses import dataclass, field

from keylease.core.errors import Code, Parameter, Refusal
from keylease.crypto.algorithms import KeySpec, ProtectionLevel, key_spec
from keylease.crypto.providers import Storage
from keylease.custody.keys.states import KeyState

DESCRIPTION_CHARACTERS_MAX = 8_192

#: Who made a key that a service manages, and what everybody else is in filters.
SERVICE_CREATOR, USER = "Service", "User"

#: ``Origin`` of keys whose material the service makes, and of those whose owner brings it.
OWN_ORIGIN, EXTERNAL = "Aliyun_KMS", "EXTERNAL"


@dataclass(frozen=True, slots=True)
class Key:
    """A customer's key.

    ``instance_id`` is empty for the default keys of an account and region: ``service`` then names
    the service whose key it is, or is empty for the default master key, which its owner manages.
    ``rotation_interval`` is in seconds and None while automatic rotation is off. All moments are
    business instants: ``delete_at`` of a scheduled deletion, ``material_expires_at`` of imported
    material. ``policy`` is the JSON text of its key policy, empty for the default one.
    """

    id: str
    account_id: str
    region: str
    instance_id: str
    spec: str
    usage: str
    origin: str
    protection_level: str
    state: KeyState
    description: str
    creator: str
    primary_version: str
    created_at: int
    storage: str = Storage.SOFTWARE.value
    service: str = ""
    rotated_at: int = 0
    rotation_interval: int | None = None
    rotate_at: int | None = None
    delete_at: int | None = None
    material_expires_at: int | None = None
    material_digest: bytes | None = field(default=None, repr=False)
    deletion_protection: bool = False
    deletion_protection_description: str = ""
    policy: str = ""

    @property
    def is_default(self) -> bool:
        """Whether it is a default key of its account and region: no instance, for services."""
        return not self.instance_id

    @property
    def is_service_managed(self) -> bool:
        """Whether a service manages it, and its owner can only look at it."""
        return bool(self.service)

    @property
    def is_external(self) -> bool:
        """Whether its owner brings the material."""
        return self.origin == EXTERNAL

    @property
    def arn(self) -> str:
        """The resource name, ``acs:kms:<region>:<account>:key/<id>``."""
        return f"acs:kms:{self.region}:{self.account_id}:key/{self.id}"

    @property
    def key_spec(self) -> KeySpec:
        """The row of the table of specs."""
        return key_spec(self.spec)

    @property
    def protection(self) -> ProtectionLevel:
        """Where its material lives: which provider it belongs to."""
        return ProtectionLevel(self.protection_level)

    def state_at(self, now: int) -> KeyState:
        """The state at a moment: imported material that expired is gone without any job."""
        expires = self.material_expires_at
        if expires is not None and expires <= now and self.state is not KeyState.PENDING_DELETION:
            return KeyState.PENDING_IMPORT
        return self.state

    def is_gone(self, now: int) -> bool:
        """Whether the moment of its deletion has come, carried out or not."""
        return self.delete_at is not None and self.delete_at <= now


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """One version of a key.

    ``wrapped`` is what its provider wants kept, wrapped by the wrapping key of ``scope``; empty
    while there is no material. ``public`` is the public half as DER, empty where there is none.
    """

    id: str
    key_id: str
    instance_id: str
    scope: str
    created_at: int
    wrapped: bytes = field(repr=False)
    public: bytes = b""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a key; ``name`` begins with ``alias/``."""

    account_id: str
    region: str
    name: str
    key_id: str
    created_at: int

    @property
    def arn(self) -> str:
        """The resource name, ``acs:kms:<region>:<account>:alias/<name>``."""
        return f"acs:kms:{self.region}:{self.account_id}:{self.name}"


def instance_scope(instance_id: str) -> str:
    """The name of the wrapping key of an instance."""
    return f"instance:{instance_id}"


def default_scope(account_id: str, region: str) -> str:
    """The name of the wrapping key of the default keys of an account and region."""
    return f"default:{account_id}:{region}"


def place_scope(key: Key) -> str:
    """The wrapping key of where a key lives: its instance, or its account and region."""
    if key.is_default:
        return default_scope(key.account_id, key.region)
    return instance_scope(key.instance_id)


def key_scope(key_id: str) -> str:
    """The name of the wrapping key of one key: destroying it destroys every version."""
    return f"key:{key_id}"


def version_context(key: Key, version_id: str) -> tuple[str, ...]:
    """What the wrapping of a version is bound to: it opens nowhere else."""
    return ("key-version", key.account_id, key.instance_id, key.id, version_id)


def check_description(text: str) -> str:
    """The description, if it is short enough; Refusal InvalidParameter."""
    if len(text) > DESCRIPTION_CHARACTERS_MAX:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes at most {most:,} characters.",
            name=Parameter("Description"),
            most=DESCRIPTION_CHARACTERS_MAX,
        )
    return text
