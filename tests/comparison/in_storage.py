"""Shops in an opened deployment: the program's own functions, with real storage below them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import event

from comparison.shop import Facts, Refused, decimal, minor_units, parameters
from keylease.access.accounts import Account
from keylease.app import clock
from keylease.app.deployment import Deployment
from keylease.billing.ledger.check import check_books
from keylease.billing.ledger.model import cash
from keylease.billing.orders.idempotency import once
from keylease.billing.orders.model import Order, OrderFilter
from keylease.billing.wallet.payment import top_up
from keylease.billing.wallet.vouchers import Grant, VoucherFilter, VoucherScope
from keylease.core import ids
from keylease.core.errors import Refusal
from keylease.custody.instances.model import Instance
from keylease.lifecycle import pay_as_you_go, purchase, refund, renewal, upgrade
from keylease.lifecycle.debt import settle_debt
from keylease.lifecycle.letters import Scribe
from keylease.lifecycle.prices import load_prices
from keylease.lifecycle.purchase import Purchase
from keylease.lifecycle.vouchers import grant_voucher
from keylease.records.usage import MinuteCount
from keylease.storage import schema
from keylease.storage.unit_of_work import UnitOfWork

REGION = "cn-hangzhou"
PRODUCT_TYPE = "kms_ddi_public_intl"
BY_THE_DAY = "kms_ppi_public_intl"
MODULES = ("qps", "keys", "secrets", "access_units", "log_storage")
ALL = 100_000

Act = Callable[[UnitOfWork], Any]


class StorageMarket:
    """Fits `comparison.shop.Market`."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        flush_nothing(deployment)

    def open_shop(self, name: str, currency: str) -> "StorageShop":
        """A new customer; without the cost of a password."""

        def arrive(work: UnitOfWork) -> str:
            if known := work.accounts.by_name(name):
                return known.id
            made = ids.account_id(work.entropy)
            email = f"{name}@example.com"
            work.accounts.add(Account(made, name, email, "en", currency, work.now, work.now))
            return made

        return StorageShop(self, self.change(arrive), currency)

    def move(self, moment: int) -> None:
        clock.move(self.deployment, moment, lambda _: None)

    def load_prices(self, text: str) -> None:
        self.change(lambda work: load_prices(work, text))

    def findings(self) -> Sequence[object]:
        return self.look(lambda work: check_books(work.books))

    def change(self, act: Act) -> Any:
        """One transaction."""
        with self.deployment.database.begin() as work:
            return act(work)

    def look(self, act: Act) -> Any:
        with self.deployment.database.read() as work:
            return act(work)


def flush_nothing(deployment: Deployment) -> None:
    """No test pulls the plug of the machine, so SQLite need not wait for the disk."""
    engine = deployment.store.engine
    if deployment.store.is_sqlite:
        engine.dispose()
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))


@dataclass
class StorageShop:
    """Fits `comparison.shop.Shop`."""

    market: StorageMarket
    account_id: str
    currency: str
    _calls: int = field(default=0, repr=False)

    def buy(self, months: int, configuration: Mapping[str, int]) -> str:
        asked = Purchase(PRODUCT_TYPE, months, parameters(dict(configuration)))
        bought: str = self._call(
            lambda work: purchase.buy(work, self.account_id, REGION, asked).instance_id
        )
        return bought

    def renew(self, instance: str, months: int, other: Mapping[str, int] | None) -> None:
        if not other:
            self._call(lambda work: renewal.renew(work, self.account_id, instance, months))
            return
        asked = parameters(dict(other))
        self._call(
            lambda work: renewal.renew_changed(work, self.account_id, instance, months, asked)
        )

    def set_renewal(self, instance: str, mode: str, months: int | None) -> None:
        self._call(
            lambda work: renewal.set_renewal(work, self.account_id, [instance], mode, months, "M")
        )

    def upgrade(self, instance: str, configuration: Mapping[str, int]) -> None:
        asked = parameters(dict(configuration))
        self._call(lambda work: upgrade.upgrade(work, self.account_id, instance, asked))

    def cancel_renewal(self, instance: str, order: str) -> None:
        self._call(lambda work: refund.cancel_renewal(work, self.account_id, instance, order))

    def unsubscribe(self, instance: str, *, immediately: bool) -> None:
        self._call(
            lambda work: refund.unsubscribe(work, self.account_id, instance, at_once=immediately)
        )

    def refund_quote(self, instance: str) -> Decimal:
        def ask(work: UnitOfWork) -> int:
            return refund.quote_unsubscription(work, self.account_id, instance).quote.amount

        try:
            return decimal(self.market.look(ask))
        except Refusal as refusal:
            raise Refused(refusal.code) from None

    def top_up(self, amount: Decimal) -> None:
        def pay_in(work: UnitOfWork) -> None:
            account = work.accounts.lock(self.account_id)
            minor = minor_units(amount)
            balance = top_up(work, account.id, account.currency, minor, "")
            settle_debt(work, account.id)
            reference = ids.uuid(work.entropy)
            work.letters.add([Scribe(work).top_up(account, reference, minor, balance)])

        self._call(pay_in)

    def give_voucher(self, balance: Decimal, threshold: Decimal, start: int, end: int) -> None:
        given = Grant(minor_units(balance), VoucherScope.ALL, minor_units(threshold), start, end)

        def grant(work: UnitOfWork) -> None:
            grant_voucher(work, work.accounts.lock(self.account_id), given)

        self._call(grant)

    def buy_by_the_day(self) -> str:
        bought: str = self._call(
            lambda work: (
                pay_as_you_go.buy(work, self.account_id, REGION, BY_THE_DAY, {}).instance_id
            )
        )
        return bought

    def count_requests(self, instance: str, many: int) -> None:
        """So many requests in the present minute; as often as this is called, once."""

        def count(work: UnitOfWork) -> None:
            minute = work.now - work.now % 60
            work.usage.add_minutes([MinuteCount(instance, self.account_id, REGION, minute, many)])

        self._call(count)

    def release_by_the_day(self, instance: str) -> None:
        self._call(
            lambda work: pay_as_you_go.release(work, self.account_id, instance, without_backup=True)
        )

    def balance(self) -> Decimal:
        return decimal(
            self.market.look(lambda work: work.ledger.balance(cash(self.account_id), self.currency))
        )

    def vouchers(self) -> Sequence[Decimal]:
        def left(work: UnitOfWork) -> list[Decimal]:
            found, _ = work.vouchers.page(VoucherFilter(self.account_id), 0, ALL, work.now)
            rests = {voucher.id: voucher.spendable(rest, work.now) for voucher, rest in found}
            return [decimal(rests[one]) for one in sorted(rests)]

        found: list[Decimal] = self.market.look(left)
        return found

    def instances(self) -> dict[str, Facts]:
        def seen(work: UnitOfWork) -> dict[str, Facts]:
            found, _ = work.instances.page(self.account_id, None, 0, ALL)
            settings = work.renewal_settings.find_many([one.id for one in found])
            return {
                one.id: _instance(one, work.now)
                | {"mode": settings[one.id].mode.value, "months": settings[one.id].months or None}
                for one in found
            }

        found: dict[str, Facts] = self.market.look(seen)
        return found

    def orders(self) -> Sequence[Facts]:
        def seen(work: UnitOfWork) -> list[Facts]:
            found, _ = work.orders.page(self.account_id, OrderFilter(), 0, ALL, work.now)
            return [_order(one, work) for one in found]

        found: list[Facts] = self.market.look(seen)
        return found

    def letters(self) -> Sequence[Facts]:
        def seen(work: UnitOfWork) -> list[Facts]:
            found, _ = work.letters.page(self.account_id, 0, ALL)
            return [
                {
                    "kind": one.letter.kind.value,
                    "at": one.letter.due_at,
                    "instance": one.letter.instance_id,
                    "text": one.letter.text,
                }
                for one in found
            ]

        found: list[Facts] = self.market.look(seen)
        return found

    def months(self) -> dict[str, Decimal]:
        def seen(work: UnitOfWork) -> dict[str, Decimal]:
            t = schema.bill_totals
            mine = t.select().where(t.c.account_id == self.account_id)
            added: Counter[str] = Counter()
            for row in work.connection.execute(mine).all():
                added[row.month] += row.pretax
            return {month: decimal(amount) for month, amount in added.items()}

        found: dict[str, Decimal] = self.market.look(seen)
        return found

    def _call(self, act: Act) -> Any:
        """A call with a token of its own, so that it can be made again after a crash."""
        self._calls += 1
        token = f"call-{self._calls}"

        def call(work: UnitOfWork) -> Any:
            answer = once(
                work.client_tokens,
                self.account_id,
                token,
                "a call",
                "",
                lambda: {"": _plain(act(work))},
            )
            return answer[""]

        try:
            return self.market.change(call)
        except Refusal as refusal:
            raise Refused(refusal.code) from None


def _plain(answer: Any) -> Any:
    """What is remembered of an answer: an id."""
    return answer if isinstance(answer, str) else None


def _instance(one: Instance, now: int) -> Facts:
    return {
        "phase": one.phase(now).value,
        "start": one.since,
        "end": one.end,
        "configuration": {m: getattr(one.capacity_at(now), m) for m in MODULES},
    }


def _order(one: Order, work: UnitOfWork) -> Facts:
    facts: Facts = {
        "id": one.id,
        "type": one.type.value,
        "instance": one.instance_id,
        "at": one.paid_at,
        "list": decimal(one.list_amount),
        "payable": decimal(one.payable_amount),
        "start": one.start,
        "end": one.end,
    }
    if one.type == "Refund":
        lines = work.orders.refund_lines(one.id)
        return facts | {"parts": [(line.order_id, decimal(line.amount)) for line in lines]}
    return facts | {
        "months": one.months,
        "cash": decimal(one.cash),
        "days": one.order_days,
        "automatic": one.automatic,
        "configuration": {module: one.configuration[module] for module in MODULES},
    }
