"""A request as it came over the wire, before anybody believes it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Request:
    """One HTTP request, undecoded, so that signatures are checked over what was really sent.

    ``method`` is in upper case. ``path`` and ``query`` are the request target, cut at the first
    ``?``, still percent-encoded. ``headers`` has lower-case names and values without outer blanks;
    a header that came several times is joined with ``", "``. ``peer`` is the sender's address, and
    ``is_secure`` says whether it came over TLS.

    Clients send secrets in all of these, so its repr shows none of them.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    peer: str
    is_secure: bool = False

    def __repr__(self) -> str:
        return f"<Request {self.method} from {self.peer}>"
