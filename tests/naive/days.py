"""A calendar of UTC+8, walked day by day: the naive reading of rules.md 1.

A *day* is its number since 1970-01-01, a *moment* is whole seconds since 1970-01-01T00:00:00Z.
Nothing here asks Python's own calendar, and nothing here is shared with the program.
"""

ONE_DAY = 24 * 60 * 60
EAST = 8 * 60 * 60


def length_of_month(year: int, month: int) -> int:
    if month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if leap else 28
    return 30 if month in {4, 6, 9, 11} else 31


def every_day() -> list[tuple[int, int, int]]:
    """Year, month and day of each day from 1970 to 2199."""
    days = []
    year, month, day = 1970, 1, 1
    while year < 2200:
        days.append((year, month, day))
        day += 1
        if day > length_of_month(year, month):
            day, month = 1, month + 1
        if month > 12:
            month, year = 1, year + 1
    return days


DATES = every_day()
NUMBERS = {date: number for number, date in enumerate(DATES)}


def day_of(moment: int) -> int:
    """The day, in UTC+8, that the moment is on."""
    return (moment + EAST) // ONE_DAY


def at(day: int, hour: int = 0) -> int:
    """A full hour, UTC+8, of a day."""
    return day * ONE_DAY + hour * 60 * 60 - EAST


def add_months(day: int, months: int) -> int:
    """The same day so many months later; where that month is shorter, its last one."""
    year, month, wanted = DATES[day]
    for _ in range(months):
        month += 1
        if month > 12:
            year, month = year + 1, 1
    while wanted > length_of_month(year, month):
        wanted -= 1
    return NUMBERS[year, month, wanted]


def unified_end(end: int, day_of_month: int) -> int:
    """The first "day x 00:00" that is at least one month after ``end``, a midnight.

    It is an *end*, so the expiration date E is day x - 1. facts/billing.md 3 "Unified expiration";
    its four examples fit this reading, the month being counted from the date of ``end``.
    """
    day = add_months(day_of(end), 1)
    while DATES[day][2] != day_of_month:
        day += 1
    return at(day)


def moment(text: str) -> int:
    """``2019-08-09 13:00:00`` in UTC+8, or ``2023-09-05T12:44:19Z``."""
    date, time = text[:10], text[11:19]
    year, month, day = (int(part) for part in date.split("-"))
    hours, minutes, seconds = (int(part) for part in time.split(":"))
    east = 0 if text.endswith("Z") else EAST
    return NUMBERS[year, month, day] * ONE_DAY + hours * 3600 + minutes * 60 + seconds - east


def text(moment: int) -> str:
    """``2019-08-09 13:00:00``, in UTC+8."""
    year, month, day = DATES[day_of(moment)]
    second = (moment + EAST) % ONE_DAY
    hours, minutes, seconds = second // 3600, second // 60 % 60, second % 60
    return f"{year}-{month:02}-{day:02} {hours:02}:{minutes:02}:{seconds:02}"
