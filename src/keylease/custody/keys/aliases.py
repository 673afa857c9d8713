"""Aliases: further names of keys, unique in an account and region. facts/kms-api.md A.2."""

import re
from dataclasses import replace

from keylease.core.errors import Code, Parameter, Refusal
from keylease.custody.keys import lookup
from keylease.custody.keys.model import Alias, Key
from keylease.custody.keys.states import KEY_LIFE, KeyEvent
from keylease.custody.work import CustodyWork, local_subject

#: In an account and region, besides those of services. facts/kms-api.md A.2 (Quotas).
ALIASES_MAX = 100_000

_NAME = re.compile(r"alias/[A-Za-z0-9_/-]{1,249}")


def check_alias(name: str) -> str:
    """The alias, if a customer may give it; Refusal InvalidParameter."""
    if not _NAME.fullmatch(name) or name.startswith("alias/acs"):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "{name} takes 7 to 255 letters, digits, '_', '-' and '/', begins with alias/, and "
            "not with alias/acs.",
            name=Parameter("AliasName"),
        )
    return name


def create(work: CustodyWork, account_id: str, region: str, key_name: str, name: str) -> Key:
    """CreateAlias in the region of the key; Refusals."""
    check_alias(name)
    key = _key(work, account_id, region, key_name)
    KEY_LIFE.after(key.state_at(work.now), KeyEvent.CREATE_ALIAS, key.id)
    if work.aliases.find(account_id, key.region, name) is not None:
        raise Refusal(
            Code.ALIAS_EXISTS,
            "The alias {name} is in use: choose another, or UpdateAlias.",
            about=Parameter("AliasName"),
            name=name,
        )
    _, count = work.aliases.page(account_id, key.region, None, 0, 1)
    if count >= ALIASES_MAX:
        raise Refusal(
            Code.LIMIT_EXCEEDED,
            "There are {most:,} aliases in {region}, all that there can be: delete some first.",
            most=ALIASES_MAX,
            region=key.region,
        )
    work.aliases.add(Alias(account_id, key.region, name, key.id, work.now))
    work.changed("alias", local_subject(account_id, key.region, name))
    return key


def point(work: CustodyWork, account_id: str, region: str, key_name: str, name: str) -> Key:
    """UpdateAlias: let it stand for another key of the same kind of use; Refusals.

    The state of the key that it stood for does not matter.
    """
    alias = find(work, account_id, region, name)
    key = _key(work, account_id, alias.region, key_name)
    KEY_LIFE.after(key.state_at(work.now), KeyEvent.POINT_ALIAS, key.id)
    if key.region != alias.region:
        raise Refusal(Code.INVALID_PARAMETER, "An alias stands for a key of its own region.")
    before = work.keys.find(alias.key_id)
    if before is not None and before.usage != key.usage:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The alias stands for a key for {usage}; name another one for that.",
            usage=before.usage,
        )
    work.aliases.update(replace(alias, key_id=key.id))
    work.changed("alias", local_subject(account_id, alias.region, alias.name))
    return key


def delete(work: CustodyWork, account_id: str, region: str, name: str) -> Alias:
    """DeleteAlias: the key stays; Refusals."""
    alias = find(work, account_id, region, name)
    key = work.keys.find(alias.key_id)
    if key is not None:
        lookup.require_usable_place(work, key)
    work.aliases.remove(alias)
    work.changed("alias", local_subject(account_id, alias.region, alias.name))
    return alias


def find(work: CustodyWork, account_id: str, region: str, name: str) -> Alias:
    """The account's alias by name or resource name; Refusal Forbidden.AliasNotFound."""
    bare, region = lookup.named(name, account_id, region)
    alias = work.aliases.find(account_id, region, bare)
    if alias is None:
        raise lookup.alias_not_found()
    return alias


def _key(work: CustodyWork, account_id: str, region: str, name: str) -> Key:
    return lookup.changeable(work, account_id, region, name)
