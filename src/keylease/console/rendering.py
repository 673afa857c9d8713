"""Templates, and how values look: moments with their zone, money with its currency."""

import hashlib
import json
from functools import cache, partial
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup

from keylease.console.languages import LANGUAGES, blamed, reason, texts_in
from keylease.console.longest import LONGEST
from keylease.console.navigation import Console, page_of
from keylease.console.visit import PAGE_SIZE, Visit
from keylease.core import ids
from keylease.core.clock import DAY, HOUR, MINUTE, iso, local_text
from keylease.core.money import amount_for_people, percent_off
from keylease.core.regions import REGIONS

STATIC = files("keylease.console") / "static"


def render(template: str, language: str, values: dict[str, Any]) -> bytes:
    """A page as it is sent."""
    t = texts_in(language)
    context = {**values, "t": t, "reason": partial(reason, t), "language": language}
    context["blamed"] = partial(blamed, t)
    return _environment().get_template(template).render(context).encode()


def moment(instant: int | None) -> Markup:
    """A business instant in UTC+8, with the exact one on hover."""
    if instant is None:
        return Markup("—")
    return Markup('<time datetime="{0}" title="{0}">{1} <small>UTC+8</small></time>').format(
        iso(instant), local_text(instant)
    )


def until(instant: int, now: int) -> tuple[str, int]:
    """How far away it is, as a text and its number: whole days, hours or minutes."""
    left = max(0, instant - now)
    if left >= DAY:
        return "in {number} days", left // DAY
    if left >= HOUR:
        return "in {number} hours", left // HOUR
    return "in {number} minutes", -(-left // MINUTE)


@cache
def asset(name: str) -> str:
    """The address of a static file, which changes with its content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/console/static/{name}?{digest}"


def pages_of(total: int) -> int:
    """How many pages a list has; at least one."""
    return max(1, -(-total // PAGE_SIZE))


def with_page(visit: Visit, page: int) -> str:
    """The address of another page of the same list."""
    return "?" + urlencode({**visit.query, "page": page})


def with_question(visit: Visit, **changed: str | int) -> str:
    """The address of the same page with another query; empty values are left out."""
    asked = {**visit.query, **changed}
    return "?" + urlencode({name: value for name, value in asked.items() if value != ""})


def _is_within(here: str, path: str) -> bool:
    """Whether an address is a page of the navigation, or below it."""
    here = here.partition("?")[0]
    return here == path or (not path.endswith("/") and here.startswith(f"{path}/"))


def chosen_link(console: Console, here: str) -> str:
    """The address in the navigation that a page belongs to: the longest that it is within.

    Empty if there is none.
    """
    paths = [console.root + path for _, links in console.links for path, _ in links]
    return max((path for path in paths if _is_within(here, path)), key=len, default="")


def region_name(region_id: str, language: str) -> str:
    """A region as its customers call it."""
    region = REGIONS[region_id]
    return region.name_zh if language == "zh" else region.name_en


def json_lines(text: str) -> str:
    """JSON on several lines, as people read it."""
    return json.dumps(json.loads(text), indent=2, ensure_ascii=False)


def number(value: int) -> str:
    """12345 to ``12,345``."""
    return f"{value:,}"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("keylease.console"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "moment": moment,
        "json_lines": json_lines,
        "money": amount_for_people,
        "number": number,
        "percent_off": percent_off,
        "until": until,
    }
    environment.globals |= {
        "asset": asset,
        "chosen_link": chosen_link,
        "is_service": ids.is_service,
        "page_of": page_of,
        "pages_of": pages_of,
        "with_page": with_page,
        "with_question": with_question,
        "region_name": region_name,
        "regions": REGIONS,
        "languages": LANGUAGES,
        "longest_of": LONGEST,
    }
    return environment
