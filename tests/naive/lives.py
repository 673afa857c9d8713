"""Random lives: an account, and what happens to it step by step.

A step is a tuple that says nothing about the account, so that the same life can be led by the
naive account and by the program, however it is reached. Steps that move time are ``wait`` and
``edge``; everything else happens where the account stands::

    ("wait", seconds)
    ("edge", which, point, seconds)     so close to a point of an instance: see POINTS
    ("buy", months, configuration)
    ("renew", which, months, configuration or None)
    ("mode", which, mode, months or None)
    ("upgrade", which, {module: blocks})  so many blocks more than now
    ("cancel", which)
    ("unsubscribe", which, immediately)
    ("top_up", amount)
    ("voucher", balance, threshold, seconds until it is valid, seconds that it is valid)
    ("prices", which book)

``which`` is taken modulo the number of instances.
"""

from decimal import Decimal
from random import Random
from typing import Any

from naive import days
from naive.account import Account, Refused
from naive.days import ONE_DAY
from naive.plan import RETENTION
from naive.prices import MODULES, Book, Configuration

Step = tuple[Any, ...]

POINTS = ("due", "end", "release", "term")
MONTHS = (1, 2, 3, 6, 12, 24, 36)
RENEWAL_MONTHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 24, 36)
AUTOMATIC_MONTHS = (1, 2, 3, 6, 12)
MODES = ("AutoRenewal", "ManualRenewal", "NotRenewal")

#: What is included and how much a block is: the same in every book, so that prices can change.
SIZES = {
    "qps": (1000, 1000),
    "keys": (1000, 1000),
    "secrets": (100, 100),
    "access_units": (1, 1),
    "log_storage": (0, 1000),
}
MOST_BLOCKS = 60

TIERS: tuple[dict[int, str], ...] = (
    {12: "0.85", 24: "0.70", 36: "0.50"},
    {},
    {6: "0.85"},
    {1: "0.9999", 2: "0.95", 3: "0.9", 7: "0.333", 13: "0.0001"},
)


def money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def make_book(base: int, blocks: list[int], tiers: dict[int, str]) -> Book:
    """Prices in cents: the base, and a block of each module."""
    return {
        "base": money(base),
        "modules": {
            module: {"included": SIZES[module][0], "block": SIZES[module][1], "price": money(price)}
            for module, price in zip(MODULES, blocks, strict=True)
        },
        "discounts": {months: Decimal(factor) for months, factor in tiers.items()},
    }


def every_book() -> list[Book]:
    """The published prices first, then free ones, then random ones."""
    rng = Random(7)
    books = [make_book(50_000, [25_000, 10_000, 4_000, 2_500, 6_000], TIERS[0])]
    books.append(make_book(0, [0, 0, 0, 0, 1], TIERS[3]))
    for number in range(14):
        blocks = [rng.choice([rng.randrange(100), rng.randrange(40_000)]) for _ in MODULES]
        books.append(make_book(rng.randrange(1, 200_000), blocks, TIERS[number % 4]))
    return books


BOOKS = every_book()


def in_yuan(book: Book) -> Book:
    """The same book with other prices, for accounts in CNY: seven times, and a bit more."""
    modules = {name: {**sold, "price": sold["price"] * 7} for name, sold in book["modules"].items()}
    return {**book, "base": book["base"] * 7 + money(3), "modules": modules}


def day_prices(book: Book) -> dict[str, Decimal]:
    """What a pay-as-you-go instance costs a day, and one request a second at its busiest."""
    return {"instance": book["base"] / 100, "qps": book["base"] / 1000}


def as_toml(book: Book, **others: Book) -> str:
    """The book as a file that the program reads; software only, in USD and further currencies."""
    prices = {"USD": book, **others}
    lines = [
        f"currencies = {list(prices)}",
        f"durations.purchase = {list(MONTHS)}",
        f"durations.renewal = {list(RENEWAL_MONTHS)}",
        f"durations.automatic = {list(AUTOMATIC_MONTHS)}",
        "[discounts]",
    ]
    lines += [f'{months} = "{factor}"' for months, factor in book["discounts"].items()]
    lines.append("[editions.software]")
    lines += [f'monthly.{currency} = "{one["base"]}"' for currency, one in prices.items()]
    for module, sold in book["modules"].items():
        offered = [sold["included"] + sold["block"] * n for n in range(MOST_BLOCKS + 1)]
        sizes = f"included = {offered[0]}\nmaximum = {offered[-1]}"
        sizes = f"steps = {offered}" if module == "qps" else sizes
        lines.append(f"[editions.software.{module}]\n{sizes}\nblock = {sold['block']}")
        for currency, one in prices.items():
            lines.append(f'monthly.{currency} = "{one["modules"][module]["price"]}"')
    lines.append("[pay_as_you_go.software]\nmaximum.qps = 1000\nmaximum.keys = 1000")
    lines.append("maximum.secrets = 1000\nmaximum.access_units = 1000")
    for currency, one in prices.items():
        daily = {"key": Decimal("0.01"), "secret": Decimal("0.01"), **day_prices(one)}
        lines += [f'daily.{name}.{currency} = "{price:f}"' for name, price in daily.items()]
    return "\n".join(lines) + "\n"


def sized(blocks: dict[str, int]) -> Configuration:
    """So many blocks above what is included."""
    return {module: SIZES[module][0] + SIZES[module][1] * n for module, n in blocks.items()}


def random_blocks(rng: Random) -> dict[str, int]:
    modules = rng.sample(MODULES, rng.choice([0, 1, 1, 2, 5]))
    return {module: rng.randrange(5) for module in modules}


def random_start(rng: Random) -> int:
    """A moment of 2020 to 2049; often at the end of a month or of a day."""
    day = days.NUMBERS[rng.randrange(2020, 2050), rng.randrange(1, 13), rng.randrange(1, 29)]
    day += rng.choice([0, 0, 28 - days.DATES[day][2] + rng.randrange(4)])
    return days.at(day) + rng.choice([0, ONE_DAY - 1, 8 * 3600, rng.randrange(ONE_DAY)])


def random_wait(rng: Random) -> Step:
    longest = rng.choice([3600, 3 * ONE_DAY, 40 * ONE_DAY, 400 * ONE_DAY])
    return ("wait", rng.randrange(longest))


def random_edge(rng: Random) -> Step:
    return ("edge", rng.randrange(4), rng.choice(POINTS), rng.choice([-1, 0, 0, 1]))


def random_buy(rng: Random) -> Step:
    return ("buy", rng.choice(MONTHS), sized(random_blocks(rng)))


def random_renew(rng: Random) -> Step:
    other = sized(random_blocks(rng)) if rng.random() < 0.3 else None
    return ("renew", rng.randrange(4), rng.choice(RENEWAL_MONTHS), other)


def random_mode(rng: Random) -> Step:
    mode = rng.choice(("AutoRenewal", "AutoRenewal", *MODES))
    months = rng.choice(AUTOMATIC_MONTHS) if mode == "AutoRenewal" else None
    return ("mode", rng.randrange(4), mode, months)


def random_upgrade(rng: Random) -> Step:
    more = random_blocks(rng)
    if more and rng.random() < 0.1:
        more[min(more)] = -1
    return ("upgrade", rng.randrange(4), more)


def random_cancel(rng: Random) -> Step:
    return ("cancel", rng.randrange(4))


def random_unsubscribe(rng: Random) -> Step:
    return ("unsubscribe", rng.randrange(4), rng.random() < 0.4)


def random_top_up(rng: Random) -> Step:
    return ("top_up", money(rng.randrange(1, rng.choice([100, 100_000, 10_000_000]))))


def random_voucher(rng: Random) -> Step:
    balance, threshold = rng.randrange(1, 200_000), rng.choice([0, rng.randrange(100_000)])
    delay, validity = rng.choice([0, rng.randrange(9 * ONE_DAY)]), rng.randrange(1, 400 * ONE_DAY)
    return ("voucher", money(balance), money(threshold), delay, validity)


def random_prices(rng: Random) -> Step:
    return ("prices", rng.randrange(len(BOOKS)))


#: How often each kind of step comes, in parts of the sum.
OFTEN = {
    random_wait: 4,
    random_edge: 4,
    random_renew: 5,
    random_upgrade: 4,
    random_mode: 2,
    random_cancel: 2,
    random_unsubscribe: 2,
    random_buy: 1,
    random_top_up: 1,
    random_voucher: 1,
    random_prices: 1,
}
MAKERS = [maker for maker, parts in OFTEN.items() for _ in range(parts)]


def random_life(rng: Random, length: int = 8) -> tuple[int, list[Step]]:
    """When it starts, and the steps: some money, a purchase, a mode, and ``length`` more."""
    cents = rng.choice([400_000, 3_000_000, 3_000_000_000, 3_000_000_000])
    steps: list[Step] = [("prices", rng.choice([0, rng.randrange(len(BOOKS))]))]
    steps.append(("top_up", money(rng.randrange(1, cents))))
    steps.append(("buy", rng.choice([1, 1, *MONTHS]), sized(random_blocks(rng))))
    if rng.random() < 0.5:
        steps.append(("mode", 0, "AutoRenewal", rng.choice(AUTOMATIC_MONTHS)))
    steps += [rng.choice(MAKERS)(rng) for _ in range(length)]
    return random_start(rng), steps


def moment_of(account: Account, step: Step) -> int:
    """Where a ``wait`` or an ``edge`` leads to; never back."""
    if step[0] == "wait":
        return account.now + step[1]
    _, which, point, seconds = step
    if not account.instances:
        return account.now
    number = which % len(account.instances)
    if point == "due":
        planned = account.instances[number]["planned"]
        found = min(planned)[0] if planned else account.now
    elif point == "term":
        pending = account.pending_terms(number)
        found = pending[0]["start"] if pending else account.now
    else:
        found = account.end(number) + (RETENTION if point == "release" else 0)
    return max(account.now, found + seconds)


def act(account: Account, step: Step) -> None:
    """Take a step that does not move time; Refused like what it does."""
    kind, *rest = step
    if kind == "buy":
        account.buy(*rest)
    elif kind == "top_up":
        account.top_up(*rest)
    elif kind == "prices":
        account.set_book(BOOKS[rest[0]])
    elif kind == "voucher":
        balance, threshold, delay, validity = rest
        start = account.now + delay
        account.give_voucher(balance, threshold, start, start + validity)
    elif not account.instances:
        raise Refused("", "there is no instance")
    else:
        act_on(account, rest[0] % len(account.instances), kind, rest[1:])


def act_on(account: Account, number: int, kind: str, rest: list[Any]) -> None:
    if kind == "renew":
        account.renew(number, *rest)
    elif kind == "mode":
        account.set_renewal(number, *rest)
    elif kind == "upgrade":
        account.upgrade(number, raised(account, number, rest[0]))
    elif kind == "cancel":
        account.cancel_renewal(number)
    elif kind == "unsubscribe":
        account.unsubscribe(number, immediately=rest[0])
    else:
        raise ValueError(f"unknown step {kind}")


def raised(account: Account, number: int, blocks: dict[str, int]) -> Configuration:
    """What an upgrade by so many blocks asks for."""
    now = account.configuration(number)
    return {module: max(0, now[module] + SIZES[module][1] * n) for module, n in blocks.items()}


def outcome(account: Account, step: Step) -> str:
    """Take a step: ``done``, or why it was refused."""
    if step[0] in {"wait", "edge"}:
        account.advance(moment_of(account, step))
        return "done"
    try:
        act(account, step)
    except Refused as refused:
        return refused.code or refused.why
    return "done"
