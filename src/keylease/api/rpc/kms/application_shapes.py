"""What the operations on applications have in common: where things are, JSON texts, pages."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from keylease.api.rpc.call import Answer, Call
from keylease.custody.applications.model import Owned
from keylease.custody.applications.ports import Named
from keylease.custody.applications.rules import Place

T = TypeVar("T", bound=Owned)


def place(call: Call) -> Place:
    """The account and region of a call."""
    return Place(call.account_id, call.region)


def json_text(entries: Any) -> str:
    """How lists are answered that are one text."""
    return json.dumps(entries, separators=(",", ":"), ensure_ascii=False)


def description(call: Call) -> str | None:
    """A description, or None where the call leaves it as it is."""
    values = call.arguments.values
    return call.arguments.text("Description") if "Description" in values else None


def page_of(
    call: Call, store: Named[T], names: tuple[str, str], shown: Callable[[T], dict[str, str]]
) -> Answer:
    """A page of things by name; ``names`` are those of the list and of its entries."""
    page, size = call.arguments.page(10)
    found: Iterable[T]
    found, total = store.page(call.account_id, call.region, (page - 1) * size, size)
    return {
        names[0]: {names[1]: [shown(one) for one in found]},
        "PageNumber": page,
        "PageSize": size,
        "TotalCount": total,
    }
