"""Pages change things in two ways only, both of which ask for permission."""

from importlib.resources import files
from pathlib import Path

PAGES = Path(str(files("keylease.console"))) / "pages"


def test_no_page_changes_anything_but_by_an_operation_or_by_visit_change() -> None:
    """Except the count of wrong passwords, which is of whoever signs in or reads a feed.

    And except that the form of a client key was sent, which is no change to anything.
    """
    begun = {page.name for page in PAGES.rglob("*.py") if "transactions.begin" in page.read_text()}
    assert begun == {"calendar_feed.py", "client_keys.py", "security.py"}
