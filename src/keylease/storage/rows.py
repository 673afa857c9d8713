"""Rows to records and back, where a plain copy of the columns does not do."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import RowMapping

from keylease.custody.instances.model import BoundNetwork, Capacity, Edition, Instance, Network
from keylease.custody.instances.states import InstanceState
from keylease.custody.keys.model import Key
from keylease.custody.keys.states import KeyState


def dumps(value: Any) -> str:
    """Compact JSON with sorted names."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)


def instance_to_row(instance: Instance) -> dict[str, Any]:
    """The columns of ``instances``."""
    network = instance.network
    return {
        "id": instance.id,
        "account_id": instance.account_id,
        "region": instance.region,
        "edition": instance.edition.value,
        "name": instance.name,
        "state": instance.state.value,
        "product_type": instance.product_type,
        "qps": instance.capacity.qps,
        "keys": instance.capacity.keys,
        "secrets": instance.capacity.secrets,
        "access_units": instance.capacity.access_units,
        "log": instance.capacity.log,
        "log_storage": instance.capacity.log_storage,
        "created_at": instance.created_at,
        "since": instance.since,
        "term_start": instance.term_start,
        "end": instance.end,
        "anchor": instance.anchor.isoformat(),
        "months": instance.months,
        "network": dumps(
            {
                "vpc": network.vpc_id,
                "vswitches": network.vswitch_ids,
                "zones": network.zone_ids,
                "bound": [[b.vpc_id, b.vswitch_id, b.region, b.owner_id] for b in network.bound],
            }
        ),
        "deletion_protection": instance.deletion_protection,
        "deletion_protection_description": instance.deletion_protection_description,
        "planned": None if instance.planned is None else dumps(asdict(instance.planned)),
        "planned_from": instance.planned_from,
        "trial_until": instance.trial_until,
    }


def instance_from_row(row: RowMapping) -> Instance:
    """An instance from its row."""
    network = json.loads(row["network"])
    return Instance(
        id=row["id"],
        account_id=row["account_id"],
        region=row["region"],
        edition=Edition(row["edition"]),
        name=row["name"],
        state=InstanceState(row["state"]),
        capacity=Capacity(
            row["qps"],
            row["keys"],
            row["secrets"],
            row["access_units"],
            row["log"],
            row["log_storage"],
        ),
        created_at=row["created_at"],
        since=row["since"],
        term_start=row["term_start"],
        end=row["end"],
        anchor=date.fromisoformat(row["anchor"]),
        months=row["months"],
        network=Network(
            network["vpc"],
            tuple(network["vswitches"]),
            tuple(network["zones"]),
            tuple(BoundNetwork(*b) for b in network["bound"]),
        ),
        product_type=row["product_type"],
        deletion_protection=row["deletion_protection"],
        deletion_protection_description=row["deletion_protection_description"],
        planned=None if row["planned"] is None else Capacity(**json.loads(row["planned"])),
        planned_from=row["planned_from"],
        trial_until=row["trial_until"],
    )


def key_from_row(row: RowMapping) -> Key:
    """A key from its row."""
    values = dict(row)
    values["state"] = KeyState(values["state"])
    return Key(**values)
