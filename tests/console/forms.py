"""What a page holds, as one reads it who writes requests by hand: its forms, and what could run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = dict[str, str]

#: Types of inputs whose text is the visitor's own.
TYPED = {"text", "search", "password", "email", "url", "number", "date", "month", "datetime-local"}


@dataclass
class Form:
    """A form with what it would send as it stands; ``typed`` are the fields for free text."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)

    def saying(self, text: str) -> dict[str, str]:
        """Its fields with this text in each of those that take one."""
        return self.fields | dict.fromkeys(self.typed, text)


class Reading(HTMLParser):
    """Reads one page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.elements: list[tuple[str, Attributes]] = []
        self._form: Form | None = None
        self._select = ""
        self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if tag == "form":
            method = attributes.get("method", "get").lower()
            self._form = Form(attributes.get("action", ""), method)
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area:
            first = not self._form.fields[self._area]
            self._form.fields[self._area] += data.removeprefix("\n") if first else data

    def _field(self, form: Form, tag: str, attributes: Attributes) -> None:
        name = attributes.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in attributes or self._select not in form.fields:
                form.fields[self._select] = attributes.get("value", "")
        elif tag == "textarea":
            self._area, form.fields[name] = name, ""
            form.typed.append(name)
        elif tag == "input" and name:
            self._input(form, name, attributes)

    def _input(self, form: Form, name: str, attributes: Attributes) -> None:
        kind = attributes.get("type", "text")
        if kind in {"checkbox", "radio"} and "checked" not in attributes:
            return
        form.fields[name] = attributes.get("value", "")
        if kind in TYPED:
            form.typed.append(name)


def could_run(page: str) -> Iterator[str]:
    """What a browser could take for a program: inline scripts, handlers, addresses that are one."""
    for tag, attributes in Reading(page).elements:
        if tag == "script" and not attributes.get("src", "").startswith("/console/static/"):
            yield "script"
        for name, value in attributes.items():
            if name.startswith("on") or name == "srcdoc":
                yield f"{tag} {name}"
            if value.strip().lower().startswith(("javascript:", "data:text")):
                yield f"{tag} {name}={value}"
