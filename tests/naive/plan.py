"""What time brings to an instance: the naive reading of rules.md 3 and 5."""

from naive import days

RETENTION = 15 * days.ONE_DAY

ATTEMPT_DAYS = (-3, -1, 0, 6, 14)
ATTEMPT_HOUR = 8
REMINDER_DAYS = (7, 3, 1)
LETTER_HOUR = 9

#: What is due at the same moment is carried out in this order.
KINDS = ("attempt", "reminder", "expired", "release_soon", "released")

#: What is left out when its moment is not after the one in which the term was paid.
ONLY_LATER = ("attempt", "reminder")


def series(end: int, *, automatic: bool) -> list[tuple[int, str, int]]:
    """All that an end brings: the moment, the kind, and so many days before or after E."""
    last_day = days.day_of(end - 1)
    warning = days.at(last_day + 15, LETTER_HOUR)
    if warning >= end + RETENTION:
        warning -= days.ONE_DAY
    found = [(end, "expired", 0), (warning, "release_soon", 0), (end + RETENTION, "released", 0)]
    for before in REMINDER_DAYS:
        found.append((days.at(last_day - before, LETTER_HOUR), "reminder", before))
    if automatic:
        for after in ATTEMPT_DAYS:
            found.append((days.at(last_day + after, ATTEMPT_HOUR), "attempt", after))
    return found
