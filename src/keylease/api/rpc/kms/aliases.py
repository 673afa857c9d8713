"""Aliases. Shapes: facts/kms-api.md A (Aliases)."""

from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.api.rpc.kms.naming import own_key
from keylease.custody.keys import aliases


def create(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """CreateAlias."""
    arguments = call.arguments
    key_name, name = arguments.required("KeyId"), arguments.required("AliasName")
    key = aliases.create(work, call.account_id, call.region, key_name, name)
    return {}, key.id


def update(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """UpdateAlias: let it stand for another key."""
    arguments = call.arguments
    key_name, name = arguments.required("KeyId"), arguments.required("AliasName")
    key = aliases.point(work, call.account_id, call.region, key_name, name)
    return {}, key.id


def delete(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DeleteAlias."""
    name = call.arguments.required("AliasName")
    alias = aliases.delete(work, call.account_id, call.region, name)
    return {}, alias.key_id


def list_aliases(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListAliases of the account in the region of the call, by name."""
    return _listed(call, work, call.region, None), ""


def list_aliases_by_key_id(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListAliasesByKeyId."""
    key = own_key(call, work)
    return _listed(call, work, key.region, key.id), key.id


def _listed(call: Call, work: ApiWork, region: str, key_id: str | None) -> Answer:
    page, size = call.arguments.page(10)
    found, total = work.aliases.page(call.account_id, region, key_id, (page - 1) * size, size)
    shown = [{"AliasName": one.name, "AliasArn": one.arn, "KeyId": one.key_id} for one in found]
    return {
        "Aliases": {"Alias": shown},
        "PageNumber": page,
        "PageSize": size,
        "TotalCount": total,
    }
