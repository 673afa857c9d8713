"""The way from what an application names to what its client key may use now. rules.md 2.

What is told of what exists: who is allowed certain keys only is answered Forbidden.NoPermission
for every other, there or not; who is allowed every key of an instance is answered
Forbidden.KeyNotFound for what is not in it, whether it is nowhere or in another instance. With
secrets it is the same, and Forbidden.ResourceNotFound.
Source: facts/kms-api.md A.2 (Access).
"""

from collections.abc import Callable

from keylease.access.admission import Caller
from keylease.access.applications import EVERY, ClientKey, covers, not_permitted
from keylease.core.errors import Refusal
from keylease.custody.keys.lookup import key_not_found
from keylease.custody.secrets import lookup as secrets
from keylease.custody.secrets.model import NAME_CHARACTERS_MAX
from keylease.runtime.gate import Gate, key_id_of
from keylease.runtime.look import Look
from keylease.runtime.memory import RememberedKey


class ApplicationGate:
    """Decides what a client key may use; the gate then decides as for everybody."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def named(
        self, look: Look, client: ClientKey, caller: Caller, name: str, action: str
    ) -> RememberedKey:
        """The key with this id, alias or resource name, ready to be used; Refusals, Doubt."""
        return self._usable(look, client, caller, lambda: key_id_of(look, caller, name)[0], action)

    def of_version(
        self, look: Look, client: ClientKey, caller: Caller, version_id: str, action: str
    ) -> RememberedKey:
        """The key that a version belongs to, ready to be used; Refusals, Doubt."""
        return self._usable(
            look, client, caller, lambda: look.key_id_of_version(version_id), action
        )

    def enter(self, look: Look, client: ClientKey, caller: Caller) -> None:
        """Use what needs no key: of the first instance that can be used now; Refusals, Doubt."""
        refusal = not_permitted()
        for grant in client.key_grants(caller.peer):
            try:
                self._gate.enter(
                    look, grant.instance_id, caller.principal.account_id, caller.region
                )
            except Refusal as error:
                refusal = error
            else:
                return
        raise refusal

    def require_secret(self, look: Look, client: ClientKey, caller: Caller, name: str) -> None:
        """Return if this secret may be read; Refusals, Doubt."""
        grants, account_id = client.secret_grants(caller.peer), caller.principal.account_id
        try:
            bare, region = secrets.named(name, account_id, caller.region)
        except Refusal:
            raise not_permitted() from None
        allowed = {one.instance_id for one in grants if covers(one.secrets, bare)}
        if not allowed:
            raise not_permitted()
        if len(bare) > NAME_CHARACTERS_MAX:
            raise secrets.secret_not_found()
        found = look.secret(account_id, region, bare)
        if not allowed & {"", found.secret.instance_id}:
            raise secrets.secret_not_found()

    def _usable(
        self,
        look: Look,
        client: ClientKey,
        caller: Caller,
        find: Callable[[], str],
        action: str,
    ) -> RememberedKey:
        grants = client.key_grants(caller.peer)
        try:
            key_id = find()
        except Refusal:
            if any(EVERY in one.keys for one in grants):
                raise
            raise not_permitted() from None
        allowed = {one.instance_id for one in grants if covers(one.keys, key_id)}
        if not allowed:
            raise not_permitted()
        if look.key(key_id).instance_id not in allowed:
            raise key_not_found()
        return self._gate.usable(look, caller, key_id, action)
