"""Static files: as they are, or compressed for browsers that take it.

Pages are never compressed: their length would tell of the form tokens in them (BREACH).
"""

import gzip
import os
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class Assets(StaticFiles):
    """The files of a directory, each compressed once."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """A file, or that the browser has it."""
        plain = super().file_response(full_path, stat_result, scope, status_code)
        plain.headers.add_vary_header("Accept-Encoding")
        takes_gzip = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        if scope["method"] != "GET" or not takes_gzip or not isinstance(plain, FileResponse):
            return plain
        same = ("content-type", "last-modified", "vary")
        headers = {name: plain.headers[name] for name in same}
        headers |= {"content-encoding": "gzip", "etag": f"W/{plain.headers['etag']}"}
        return Response(_compressed(Path(full_path)), status_code, headers)


@cache
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)
