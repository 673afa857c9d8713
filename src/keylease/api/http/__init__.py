"""An HTTP/1.1 server for the hot path: no framework, limits on everything. docs/adr/0007."""

from keylease.api.http.limits import Limits
from keylease.api.http.response import Handler, Response
from keylease.api.http.server import HttpServer

__all__ = ["Handler", "HttpServer", "Limits", "Response"]
