"""Writing the letters of a subscription: facts gathered from the unit of work.

One `Scribe` serves one unit of work and remembers what it looked up, so that a batch of a thousand
instances asks for each account and balance once.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from keylease.access.accounts import Account
from keylease.billing.catalog import quote
from keylease.billing.catalog.names import edition_name
from keylease.billing.ledger.model import cash
from keylease.billing.orders.model import Order
from keylease.billing.renewals.model import RenewalSetting
from keylease.billing.tickets.model import Ticket
from keylease.billing.wallet.payment import Means
from keylease.core import ids
from keylease.custody.applications.model import StoredClientKey
from keylease.custody.instances.model import Edition, Instance
from keylease.custody.secrets.model import Secret
from keylease.lifecycle.configuration import configuration_of
from keylease.lifecycle.work import Work
from keylease.notifications.letters import Kind, Letter, Recipient, compose

#: What can rise in an upgrade, by its name in a configuration.
_RISES = {
    "qps": {"en": "computing performance (QPS)", "zh": "计算性能（QPS）"},
    "keys": {"en": "keys", "zh": "密钥数量"},
    "secrets": {"en": "secrets", "zh": "凭据数量"},
    "access_units": {"en": "access units", "zh": "访问管理数量"},
    "log_storage": {"en": "log storage (GB)", "zh": "日志存储容量（GB）"},
}


class Scribe:
    """Composes letters to the owners of instances."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._accounts: dict[str, Account] = {}
        self._balances: dict[str, int] = {}
        self._settings: dict[str, RenewalSetting] = {}

    def read_ahead(self, instances: Iterable[Instance]) -> None:
        """Look up accounts and renewal settings of many instances at once."""
        chosen = list(instances)
        missing = {i.account_id for i in chosen} - self._accounts.keys()
        self._accounts |= self._work.accounts.find_many(sorted(missing))
        self._settings |= self._work.renewal_settings.find_many([i.id for i in chosen])

    def about(self, kind: Kind, instance: Instance, due_at: int, **further: Any) -> Letter:
        """A letter about an instance: expired, release_soon, released."""
        account = self._account(instance.account_id)
        facts = {**_place(instance, account), **further}
        return self._compose(kind, account, facts, due_at)

    def reminder(self, instance: Instance, days: int, due_at: int) -> Letter:
        """That an instance expires in so many days, and what a renewal would cost."""
        account = self._account(instance.account_id)
        setting = self._setting(instance.id)
        months = setting.months or 1
        _, book = self._work.price_books.current()
        price = quote(book, configuration_of(instance, instance.end), account.currency, months)
        facts = _place(instance, account) | {
            "end": instance.end,
            "days": days,
            "mode": setting.mode.value,
            "months": months,
            "currency": account.currency,
            "price": price.payable_amount,
            "balance": self._balance(account),
        }
        return self._compose(Kind.REMINDER, account, facts, due_at)

    def receipt(
        self,
        kind: Literal[Kind.PURCHASE, Kind.RENEWAL, Kind.UPGRADE],
        instance: Instance,
        order: Order,
        balance: int,
    ) -> Letter:
        """The receipt of an order that bought time, or more of something."""
        account = self._account(instance.account_id)
        facts = _place(instance, account) | {
            "order_id": order.id,
            "currency": order.currency,
            "amount": order.payable_amount,
            "balance": balance,
            "start": order.start,
            "end": order.end,
        }
        if kind is Kind.PURCHASE:
            trial = instance.trial_until
            method = method_of(instance) if trial is None else "trial"
            facts |= {"method": method, "trial_until": trial, "end": instance.end}
        if kind is Kind.RENEWAL:
            facts |= {"months": order.months, "rest_days": order.details.get("rest_days", 0)}
            facts["automatic"] = order.automatic
        if kind is Kind.UPGRADE:
            facts["changes"] = changes(order, _language(account))
        return self._compose(kind, account, facts, self._work.now)

    def refund(self, order: Order, name: str, balance: int) -> Letter:
        """The receipt of a refund; ``name`` is that of the instance, which may be gone."""
        account = self._account(order.account_id)
        facts = {
            "instance_id": order.instance_id,
            "instance_name": "" if name == order.instance_id else name,
            "product": _product(Edition(order.configuration["edition"])),
            "order_id": order.id,
            "currency": order.currency,
            "amount": order.cash,
            "balance": balance,
        }
        return self._compose(Kind.REFUND, account, facts, self._work.now)

    def ticket(self, ticket: Ticket, number: int, text: str) -> Letter:
        """What the operator wrote or decided on a ticket, so far with so many messages."""
        facts = {
            "ticket_id": ticket.id,
            "reference": f"{ticket.id}-{number}",
            "decision": ticket.state.value,
            "said": bool(text),
            "answer": text,
        }
        return self._compose(Kind.TICKET, self._account(ticket.account_id), facts, self._work.now)

    def client_key_expiring(self, key: StoredClientKey, days: int, due_at: int) -> Letter:
        """That a client key of an application ends in so many days."""
        facts = {
            "client_key_id": key.id,
            "access_point": key.access_point,
            "region": key.region,
            "end": key.not_after,
            "days": days,
        }
        return self._compose(Kind.CLIENT_KEY_EXPIRING, self._account(key.account_id), facts, due_at)

    def low_balance(self, account: Account, before: int, after: int) -> list[Letter]:
        """That the balance fell below what its owner wants to be told of, if it just did."""
        if account.alert_below is None or not after < account.alert_below <= before:
            return []
        facts = {
            "reference": ids.uuid(self._work.entropy),
            "currency": account.currency,
            "balance": after,
            "threshold": account.alert_below,
        }
        return [self._compose(Kind.LOW_BALANCE, account, facts, self._work.now)]

    def in_debt(self, account: Account, bill: str, amount: int, balance: int, stops: int) -> Letter:
        """That a day's bill was not covered, and when the account's instances stop."""
        facts = {
            "reference": bill,
            "currency": account.currency,
            "amount": amount,
            "balance": balance,
            "missing": -balance,
            "end": stops,
        }
        return self._compose(Kind.IN_DEBT, account, facts, self._work.now)

    def debt_paid(self, account: Account, balance: int) -> Letter:
        """That the debt is paid, and everything goes on."""
        facts = {
            "reference": ids.uuid(self._work.entropy),
            "currency": account.currency,
            "balance": balance,
        }
        return self._compose(Kind.DEBT_PAID, account, facts, self._work.now)

    def auto_renewal_failed(
        self,
        instance: Instance,
        due_at: int,
        *,
        months: int,
        means: Means,
        next_attempt: int | None,
    ) -> Letter:
        """That an automatic renewal was not covered, and when it is tried again."""
        account = self._account(instance.account_id)
        facts = _place(instance, account) | {
            "end": instance.end,
            "months": months,
            "currency": account.currency,
            "price": means.amount,
            "voucher": means.deduction.amount,
            "balance": means.balance,
            "missing": means.missing,
            "next_attempt": next_attempt,
        }
        return self._compose(Kind.AUTO_RENEWAL_FAILED, account, facts, due_at)

    def top_up(self, account: Account, reference: str, amount: int, balance: int) -> Letter:
        """The receipt of a top-up."""
        facts = {
            "reference": reference,
            "currency": account.currency,
            "amount": amount,
            "balance": balance,
        }
        return self._compose(Kind.TOP_UP, account, facts, self._work.now)

    def rotation_failed(self, secret: Secret) -> Letter:
        """That a secret could not be rotated."""
        facts = {
            "secret": secret.name,
            "instance_id": secret.instance_id,
            "region": secret.region,
        }
        account = self._account(secret.account_id)
        return self._compose(Kind.ROTATION_FAILED, account, facts, self._work.now)

    def _compose(
        self, kind: Kind, account: Account, facts: Mapping[str, Any], due_at: int
    ) -> Letter:
        return compose(
            kind,
            Recipient(account.id, account.name, account.email, _language(account)),
            facts,
            due_at,
            letter_id=ids.uuid(self._work.entropy),
            domain=self._work.mail_domain,
        )

    def _account(self, account_id: str) -> Account:
        if account_id not in self._accounts:
            self._accounts |= self._work.accounts.find_many([account_id])
        return self._accounts[account_id]

    def _setting(self, instance_id: str) -> RenewalSetting:
        if instance_id not in self._settings:
            self._settings |= self._work.renewal_settings.find_many([instance_id])
        return self._settings[instance_id]

    def _balance(self, account: Account) -> int:
        if account.id not in self._balances:
            balance = self._work.ledger.balance(cash(account.id), account.currency)
            self._balances[account.id] = balance
        return self._balances[account.id]


def method_of(instance: Instance) -> Literal["subscription", "daily"]:
    """How an instance is paid for, as the texts tell it."""
    return "daily" if instance.is_pay_as_you_go else "subscription"


def _product(edition: Edition) -> Literal["instance", "service"]:
    """What was bought, as the texts tell it."""
    return "service" if edition.is_service else "instance"


def _place(instance: Instance, account: Account) -> dict[str, Any]:
    return {
        "instance_id": instance.id,
        "instance_name": "" if instance.name == instance.id else instance.name,
        "product": _product(instance.edition),
        "edition": edition_name(instance.edition, account.language),
        "region": instance.region,
    }


def _language(account: Account) -> Literal["en", "zh"]:
    return "zh" if account.language == "zh" else "en"


def changes(order: Order, language: Literal["en", "zh"]) -> list[str]:
    """What an upgrade changed, a line each: ``keys: 1,000 → 2,000``."""
    before, after = order.original or {}, order.configuration
    return [
        f"{names[language]}: {before[name]:,} → {after[name]:,}"
        for name, names in _RISES.items()
        if before[name] != after[name]
    ]
