"""ListManagedDataKeyVersions. Shape: facts/kms-api.md A (Managed data keys)."""

from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.custody.data_keys import data_key_not_found


def list_versions(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """The versions of a managed data key, oldest first."""
    page, size = call.arguments.page(10)
    name = call.arguments.required("DataKeyName")
    found = work.data_keys.find(call.account_id, call.region, name)
    if found is None:
        raise data_key_not_found()
    shown = found.versions[(page - 1) * size : page * size]
    return {
        "DataKeyName": name,
        "ManagedDataKeyVersions": {
            "ManagedDataKeyVersion": [
                {"DataKeyVersionId": one.id, "DataKeyVersionName": one.name_of(name)}
                for one in shown
            ]
        },
        "PageNumber": page,
        "PageSize": size,
        "TotalCount": len(found.versions),
    }, name
