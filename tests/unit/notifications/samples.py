"""Facts for every kind of letter, shared by the tests of this folder."""

from dataclasses import replace
from typing import Any

from keylease.core.clock import parse_iso
from keylease.notifications.letters import Kind, Letter, Recipient, compose, facts_needed

END = parse_iso("2019-09-10T00:00:00+08:00")
DUE = parse_iso("2019-09-06T09:00:00+08:00")

FACTS: dict[str, Any] = {
    "instance_id": "kst-hzz0123456789abcdefgh",
    "instance_name": "payments",
    "product": "instance",
    "edition": "Software 1000",
    "region": "cn-hangzhou",
    "start": parse_iso("2019-08-09T13:00:00+08:00"),
    "end": END,
    "days": 3,
    "months": 1,
    "method": "subscription",
    "trial_until": None,
    "mode": "ManualRenewal",
    "rest_days": 0,
    "automatic": False,
    "currency": "USD",
    "amount": 123_456,
    "price": 50_000,
    "balance": 7_890,
    "missing": 42_110,
    "threshold": 10_000,
    "voucher": 0,
    "ticket_id": "T01234567890123",
    "client_key_id": "KAAP.66abf237-63f6-4625-b8cf-47e1086e0000",
    "access_point": "payments-app",
    "decision": "answered",
    "said": True,
    "answer": "Which of the two?\n\nWe see both.",
    "order_id": "212345678901234",
    "reference": "top-1",
    "changes": ["Keys: 1,000 to 2,000"],
    "backups": ["backup-1 (2019-08-20)", "backup-2 (2019-09-01)"],
    "backups_until": parse_iso("2019-12-24T00:00:00+08:00"),
    "released": parse_iso("2019-09-25T00:00:00+08:00"),
    "secret": "db/main",
    "level": "nearly",
    "log_capacity": 1_000,
    "findings": 2,
    "found": ["balance: entry-1", "bill: 212345678901234"],
    "next_attempt": parse_iso("2019-09-08T08:00:00+08:00"),
}

ALICE = Recipient("1234567890123456", "Alice", "alice@example.com", "en")
LI = Recipient("6543210987654321", "李雷", "lilei@example.com", "zh")


def facts_for(kind: Kind, **changed: Any) -> dict[str, Any]:
    return {name: {**FACTS, **changed}[name] for name in facts_needed(kind)}


def letter(
    number: int = 1,
    recipient: Recipient = ALICE,
    kind: Kind = Kind.REMINDER,
    due_at: int = DUE,
    email: str | None = None,
    **changed: Any,
) -> Letter:
    """The letter number ``number``; different numbers are different letters."""
    if email is not None:
        recipient = replace(recipient, email=email)
    facts = facts_for(kind, **{"days": number, **changed})
    letter_id = f"00000000-0000-4000-8000-{number:012}"
    return compose(kind, recipient, facts, due_at, letter_id=letter_id)
