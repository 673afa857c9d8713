"""Files of the console: a calendar that others read, and values that are no formulas."""

from hypothesis import given
from hypothesis import strategies as st

from keylease.console.icalendar import feed
from keylease.console.pages.audit import COLUMNS, rows_of
from keylease.console.pages.csv_files import csv_file
from keylease.lifecycle.calendar import Event, EventKind
from unit.records.builders import record

AT = 1_775_836_800  # 2026-04-10T16:00:00Z


def unfolded(name: str) -> list[str]:
    body = feed(
        [(Event(AT, EventKind.EXPIRY, "kst-1", name, "cn-beijing"), "到期")], AT, "Calendar"
    )
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    return body.decode().replace("\r\n ", "").split("\r\n")


def test_an_event_has_its_moment_in_utc_and_a_name_of_its_own() -> None:
    lines = unfolded("shop")
    assert "DTSTART:20260410T160000Z" in lines
    assert "UID:expiry-cn-beijing-kst-1-1775836800@keylease" in lines
    assert "SUMMARY:到期: shop (kst-1)" in lines


@given(st.text(max_size=200))
def test_no_name_breaks_out_of_its_line(name: str) -> None:
    """RFC 5545 3.1 and 3.3.11: folded at 75 octets, commas and the like escaped."""
    lines = unfolded(name)
    assert [line.partition(":")[0] for line in lines] == [
        line.partition(":")[0] for line in unfolded("shop")
    ]


def test_specials_are_escaped() -> None:
    assert r"SUMMARY:到期: a\,b\;c\\d (kst-1)" in unfolded(r"a,b;c\d")


def test_no_value_of_a_file_is_a_formula() -> None:
    rows = rows_of([record(resource="=HYPERLINK(1)", at=AT)])
    body = csv_file("audit.csv", COLUMNS, rows).body
    assert isinstance(body, bytes)
    header, line = body.decode("utf-8-sig").splitlines()
    assert header.startswith("time,principal")
    assert "2026-04-10T16:00:00Z" in line
    assert ",'=HYPERLINK(1)," in line
