"""An iCalendar feed. Source: RFC 5545."""

from collections.abc import Iterable, Sequence

from keylease.core.clock import iso
from keylease.lifecycle.calendar import Event

_OCTETS = 75


def feed(events: Sequence[tuple[Event, str]], now: int, name: str) -> bytes:
    """A calendar of events, each with what happens in words."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Keylease//Console//EN",
        f"X-WR-CALNAME:Keylease: {_text(name)}",
    ]
    for event, said in events:
        lines += _event(event, said, now)
    return b"".join(_folded([*lines, "END:VCALENDAR"]))


def _event(event: Event, said: str, now: int) -> list[str]:
    about = (
        f"{event.name} ({event.subject})"
        if event.name not in {"", event.subject}
        else event.subject
    )
    # An event that moves is another one: the same subject can have one of a kind at each moment.
    name = f"{event.kind.replace(' ', '-')}-{event.region}-{event.subject}-{event.at}"
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(name)}@keylease",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(event.at)}",
        f"SUMMARY:{_text(said)}: {_text(about)}",
        f"LOCATION:{_text(event.region)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _moment(instant: int) -> str:
    """``20261123T032019Z``."""
    return iso(instant).replace("-", "").replace(":", "")


def _text(value: str) -> str:
    for special in ("\\", ";", ","):
        value = value.replace(special, f"\\{special}")
    return "".join(one if one.isprintable() else " " for one in value)


def _folded(lines: Iterable[str]) -> Iterable[bytes]:
    """Lines of at most 75 octets, folded between characters."""
    for line in lines:
        piece = b""
        for one in line:
            coded = one.encode()
            if len(piece) + len(coded) > _OCTETS:
                yield piece + b"\r\n"
                piece = b" "
            piece += coded
        yield piece + b"\r\n"
