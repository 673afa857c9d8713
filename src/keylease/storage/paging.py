"""Pages of long lists: a late one skips over entries of an index, and reads its own rows alone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, select


def page_of(
    rows: Select[Any],
    key: Column[Any],
    fit: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
    offset: int,
    limit: int,
) -> Select[Any]:
    """Those of ``rows`` that ``fit``, from a place on; ``key`` is the column that tells them apart.

    An index should hold what ``order`` names, and what most questions ask in ``fit``.
    """
    place = select(key).where(fit).order_by(*order).offset(offset).limit(limit).subquery()
    return rows.join(place, place.c[key.name] == key).order_by(*order)
