"""People with habits: what each does on a day, if anything, as a step of `naive.lives`.

A habit looks at the naive account, as a person would look at the console.
"""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from naive import lives
from naive.account import Account
from naive.days import ONE_DAY
from naive.lives import Step

Habit = Callable[[Random, Account], Step | None]

TERMS = (1, 1, 1, 2, 3, 6, 12)
YEAR = 365


def now_and_then(rng: Random, times_a_year: float) -> bool:
    return rng.random() < times_a_year / YEAR


def living(account: Account, phase: str = "running") -> list[int]:
    return [one["number"] for one in account.instances if account.phase(one["number"]) == phase]


def ending(account: Account, days: int = 6) -> list[int]:
    """Those that run out within so many days."""
    soon = account.now + days * ONE_DAY
    return [number for number in living(account) if account.end(number) < soon]


def buy(rng: Random, months: int = 0) -> Step:
    return ("buy", months or rng.choice(TERMS), lives.sized(lives.random_blocks(rng)))


def renew(rng: Random, number: int, months: int = 0) -> Step:
    return ("renew", number, months or rng.choice(TERMS), None)


def top_up(rng: Random, about: int) -> Step:
    return ("top_up", Decimal(rng.randrange(1, 200 * about)).scaleb(-2))


def buyer(rng: Random, account: Account) -> Step | None:
    """Buys, renews in time more often than not, pays in when the money runs out."""
    if account.cash < 3_000 and now_and_then(rng, 60):
        return top_up(rng, 20_000)
    if not living(account) or now_and_then(rng, 0.5):
        return buy(rng) if now_and_then(rng, 60) else None
    if (soon := ending(account)) and now_and_then(rng, 90):
        return renew(rng, rng.choice(soon))
    return None


def forgetful(rng: Random, account: Account) -> Step | None:
    """Renews only what has stopped working, and sometimes not even that."""
    if account.cash < 3_000 and now_and_then(rng, 60):
        return top_up(rng, 20_000)
    if (expired := living(account, "expired")) and now_and_then(rng, 40):
        return renew(rng, rng.choice(expired), rng.choice([1, 1, 3]))
    if not living(account) and not expired:
        return buy(rng, rng.choice([1, 1, 2])) if now_and_then(rng, 90) else None
    return None


def automatic(rng: Random, account: Account) -> Step | None:
    """Has everything renewed by itself, and the money for it."""
    if account.cash < 10_000:
        return top_up(rng, 100_000)
    if not account.instances or now_and_then(rng, 0.3):
        return buy(rng, 1)
    manual = [
        number for number in living(account) if account.instances[number]["mode"] != "AutoRenewal"
    ]
    return ("mode", manual[0], "AutoRenewal", rng.choice([1, 1, 2, 3])) if manual else None


def hard_up(rng: Random, account: Account) -> Step | None:
    """Has everything renewed by itself, and often not the money for it."""
    if not account.instances and account.cash < 2_000:
        return top_up(rng, 4_000)
    if account.instances and now_and_then(rng, 15):
        return top_up(rng, 1_000)
    if not living(account) and not living(account, "expired"):
        return buy(rng, 1) if now_and_then(rng, 60) else None
    manual = [
        number for number in living(account) if account.instances[number]["mode"] != "AutoRenewal"
    ]
    return ("mode", manual[0], "AutoRenewal", 1) if manual else None


def grower(rng: Random, account: Account) -> Step | None:
    """Needs more all the time, and less with the next term."""
    running = living(account)
    if account.cash < 5_000:
        return top_up(rng, 50_000)
    if running and now_and_then(rng, 8):
        return ("upgrade", rng.choice(running), lives.random_blocks(rng))
    if running and now_and_then(rng, 4):
        other = lives.sized(lives.random_blocks(rng))
        return ("renew", rng.choice(running), rng.choice(TERMS), other)
    if (soon := ending(account)) and now_and_then(rng, 150):
        return renew(rng, rng.choice(soon))
    return buy(rng) if not running and now_and_then(rng, 60) else None


def quitter(rng: Random, account: Account) -> Step | None:
    """Renews ahead and takes it back, leaves and comes back."""
    running = living(account)
    if account.cash < 5_000:
        return top_up(rng, 50_000)
    if not running:
        return buy(rng) if now_and_then(rng, 40) else None
    number = rng.choice(running)
    if now_and_then(rng, 9):
        return renew(rng, number)
    if now_and_then(rng, 20 if account.pending_terms(number) else 2):
        return ("cancel", number)
    return ("unsubscribe", number, rng.random() < 0.6) if now_and_then(rng, 5) else None


def collector(rng: Random, account: Account) -> Step | None:
    """Gets vouchers, and pays with them what they can pay."""
    if now_and_then(rng, 10):
        return lives.random_voucher(rng)
    if account.cash < 500 and now_and_then(rng, 60):
        return top_up(rng, 3_000)
    if (soon := ending(account)) and now_and_then(rng, 150):
        return renew(rng, rng.choice(soon), rng.choice([1, 2, 3]))
    return buy(rng, 1) if not living(account) and now_and_then(rng, 40) else None


HABITS: tuple[Habit, ...] = (
    buyer, forgetful, automatic, automatic, hard_up, grower, quitter, collector,
)  # fmt: skip
