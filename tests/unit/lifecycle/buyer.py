"""A tenant who also upgrades, renews with changes, and takes things back."""

from dataclasses import dataclass

from keylease.app import clock
from keylease.billing.ledger.check import check_books
from keylease.billing.ledger.model import cash
from keylease.billing.orders.model import Order
from keylease.billing.wallet.granting import book_grant
from keylease.billing.wallet.vouchers import Grant, VoucherScope
from keylease.core.clock import parse_iso
from keylease.core.terms import NEVER
from keylease.custody.instances.model import Instance
from keylease.lifecycle import refund, renewal, upgrade
from keylease.lifecycle.refund import Unsubscription
from keylease.runtime.memory import RememberedInstance
from keylease.storage.source import SqlSource
from unit.lifecycle.tenant import Tenant


@dataclass
class Buyer(Tenant):
    """An account with money, in an opened deployment; moments are UTC+8."""

    def wait_until(self, when: str) -> None:
        clock.move(self.deployment, parse_iso(f"{when.replace(' ', 'T')}+08:00"), lambda _: None)

    def renew(self, instance_id: str, months: int = 1) -> str:
        with self.deployment.database.begin() as work:
            return renewal.renew(work, self.account_id, instance_id, months).order_id

    def renew_changed(self, instance_id: str, months: int = 1, **parameters: str) -> str:
        with self.deployment.database.begin() as work:
            made = renewal.renew_changed(work, self.account_id, instance_id, months, parameters)
            return made.order_id

    def upgrade(self, instance_id: str, **parameters: str) -> str:
        with self.deployment.database.begin() as work:
            return upgrade.upgrade(work, self.account_id, instance_id, parameters).order_id

    def set_renewal(self, instance_id: str, mode: str) -> None:
        period = 1 if mode == "AutoRenewal" else None
        with self.deployment.database.begin() as work:
            renewal.set_renewal(work, self.account_id, [instance_id], mode, period, "M")

    def unsubscribe(self, instance_id: str, *, at_once: bool = True) -> int:
        """What came back."""
        with self.deployment.database.begin() as work:
            made = refund.unsubscribe(work, self.account_id, instance_id, at_once=at_once)
        return self.order(made.order_id).payable_amount

    def cancel(self, instance_id: str, order_id: str) -> int:
        with self.deployment.database.begin() as work:
            made = refund.cancel_renewal(work, self.account_id, instance_id, order_id)
        return self.order(made.order_id).payable_amount

    def quote(self, instance_id: str) -> Unsubscription:
        with self.deployment.database.read() as work:
            return refund.quote_unsubscription(work, self.account_id, instance_id)

    def orders(self, instance_id: str) -> list[Order]:
        with self.deployment.database.read() as work:
            return list(work.orders.of_instance(instance_id))

    def order(self, order_id: str) -> Order:
        with self.deployment.database.read() as work:
            order = work.orders.find(order_id)
        assert order is not None
        return order

    def now(self) -> int:
        with self.deployment.database.read() as work:
            return work.now

    def found(self, instance_id: str) -> Instance:
        instance = self.instance(instance_id)
        assert instance is not None
        return instance

    def remembered(self, instance_id: str) -> RememberedInstance:
        """What a serving process loads of it."""
        found = SqlSource(self.deployment.database).instance(instance_id)
        assert found is not None
        return found

    def balance(self) -> int:
        with self.deployment.database.read() as work:
            return work.ledger.balance(cash(self.account_id), "USD")

    def findings(self) -> list[object]:
        with self.deployment.database.read() as work:
            return [*check_books(work.books)]

    def give_voucher(self, amount: int) -> None:
        """A voucher that pays for anything, as the operator grants it."""
        with self.deployment.database.begin() as work:
            grant = Grant(amount, VoucherScope.ALL, 0, work.now, NEVER)
            book_grant(work, self.account_id, "USD", grant)
