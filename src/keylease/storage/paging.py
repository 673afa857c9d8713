"""Pages of long lists: a late one skips over entries of an index, and reads its own rows alone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select, select

_TOTAL = "total_of_all"


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


def page_and_total(
    db: Connection,
    rows: Select[Any],
    total: Select[int],
    key: Column[Any],
    fit: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
    offset: int,
    limit: int,
) -> tuple[list[RowMapping], int]:
    """The rows of `page_of`, and how many there are in all by ``total``, in one statement.

    A second one is only needed behind the last page.
    """
    with_total = rows.add_columns(total.correlate(None).scalar_subquery().label(_TOTAL))
    page = page_of(with_total, key, fit, order, offset, limit)
    found = list(db.execute(page).mappings())
    if found:
        return found, found[0][_TOTAL]
    return [], db.execute(total).scalar_one() if offset else 0
