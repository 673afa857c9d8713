"""Lists of subscriptions in the database. Fits `keylease.lifecycle.listing.Subscriptions`."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, func, literal, select

from keylease.billing.catalog import PAY_AS_YOU_GO_PRODUCT_TYPES
from keylease.billing.orders.model import Subscription
from keylease.billing.renewals.model import RenewalMode, RenewalSetting
from keylease.custody.instances.model import Instance
from keylease.custody.tags import TaggedKind
from keylease.lifecycle.listing import SubscriptionFilter
from keylease.storage import schema
from keylease.storage.instances import SERVICES
from keylease.storage.paging import page_and_total
from keylease.storage.rows import instance_from_row
from keylease.storage.tags import has_tag

_I, _S = schema.instances, schema.renewal_settings


class SqlSubscriptions:
    """Instances joined with their renewal settings."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def page(
        self,
        account_id: str,
        chosen: SubscriptionFilter,
        not_ended_before: int,
        offset: int,
        limit: int,
        *,
        by_end: bool = False,
    ) -> tuple[Sequence[tuple[Instance, RenewalSetting]], int]:
        """A page, oldest first or what ends next first, and how many fit in all."""
        with_setting = _S.c.instance_id == _I.c.id
        tags = chosen.tag_names, chosen.tag_values
        fit = and_(
            with_setting,
            _I.c.account_id == account_id,
            _I.c.end > not_ended_before,
            *_conditions(chosen),
            *has_tag(_I.c.id, TaggedKind.INSTANCE, account_id, chosen.region, *tags),
        )
        total = select(func.count()).where(fit)
        found = select(_I, _S.c.mode, _S.c.months.label("renewal_months")).join(_S, with_setting)
        order = _I.c.end if by_end else _I.c.created_at
        rows, number = page_and_total(
            self._db, found, total, _I.c.id, fit, (order, _I.c.id), offset, limit
        )
        return [
            (
                instance_from_row(row),
                RenewalSetting(RenewalMode(row["mode"]), row["renewal_months"]),
            )
            for row in rows
        ], number


def _conditions(chosen: SubscriptionFilter) -> list[ColumnElement[bool]]:
    conditions = _sold_by(chosen.subscription)
    if not chosen.services:
        conditions.append(_I.c.edition.not_in(SERVICES))
    for column, values in (
        (_I.c.id, chosen.instance_ids),
        (_I.c.name, chosen.names),
        (_I.c.state, chosen.states),
        (_I.c.edition, chosen.editions),
    ):
        if values is not None:
            conditions.append(column.in_(values))
    for column, value in (
        (_I.c.region, chosen.region),
        (_I.c.product_type, chosen.product_type),
        (_S.c.mode, chosen.renewal_mode),
    ):
        if value is not None:
            conditions.append(column == value)
    for column, least in (
        (_I.c.created_at, chosen.created_from),
        (_I.c.end, chosen.end_from),
        (_I.c.trial_until, chosen.trial_from),
    ):
        if least is not None:
            conditions.append(column >= least)
    for column, most in (
        (_I.c.created_at, chosen.created_until),
        (_I.c.end, chosen.end_until),
        (_I.c.trial_until, chosen.trial_until),
    ):
        if most is not None:
            conditions.append(column <= most)
    return conditions


def _sold_by(subscription: str | None) -> list[ColumnElement[bool]]:
    if subscription is None:
        return []
    known = subscription in set(Subscription)
    types = _I.c.product_type.in_(PAY_AS_YOU_GO_PRODUCT_TYPES)
    by_use = subscription == Subscription.PAY_AS_YOU_GO.value
    return [and_(literal(known), types if by_use else ~types)]
