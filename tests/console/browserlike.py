"""Cookies and nothing else: what an attacker has who writes requests by hand."""

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

from product import Product

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Browserlike:
    """Somebody who asks for pages and sends forms without a browser."""

    product: Product
    cookies: dict[str, str] = field(default_factory=dict)
    answer: HTTPResponse | None = None

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
        """Status and text; cookies are kept, redirects are not followed."""
        connection = HTTPConnection(self.product.host_port, timeout=30)
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        connection.request(method, path, body, sent)
        self.answer = connection.getresponse()
        text = self.answer.read().decode(errors="replace")
        for value in self.answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        connection.close()
        return self.answer.status, text

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> int:
        return self.ask("POST", path, urlencode(fields), **FORM, **(headers or {}))[0]

    def send(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        """A form; status and text."""
        return self.ask("POST", path, urlencode(fields), **FORM)

    def header(self, name: str) -> str:
        assert self.answer is not None
        return self.answer.headers.get(name, "")

    def sign_in(self, name: str, password: str, console: str = "console") -> int:
        return self.post(f"/{console}/sign-in", name=name, password=password)

    @property
    def form_token(self) -> str:
        """What the forms of the session hold."""
        return self.form_token_of("console")

    def form_token_of(self, console: str) -> str:
        """What the forms of the session of this console hold."""
        _, text = self.ask("GET", f"/{console}/")
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', text)
        assert found is not None
        return found[1]
