"""What a client may take of the server: bytes, seconds and connections."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one server; sizes in bytes, times in seconds.

    Official clients send secrets of 30 KB percent-encoded in the query string, which makes request
    lines of about 100 kB: hence the size of ``target``. Source: facts/kms-api.md B.8.
    """

    #: The request target, as sent.
    target: int = 128 * 1024
    #: All headers together, each counted with its four bytes of punctuation; trailers too.
    header_bytes: int = 64 * 1024
    header_count: int = 128
    #: The body without its chunk framing.
    body: int = 1024 * 1024
    #: The same for a message to the instance gateway, which is told by its header.
    #: Source: facts/kms-api.md C.
    message: int = 3 * 1024 * 1024
    #: From the first byte of a request to the end of its headers.
    head_seconds: float = 10.0
    #: From the first byte of a request to the end of its body.
    request_seconds: float = 30.0
    #: Between requests, and before the first.
    idle_seconds: float = 75.0
    #: Open connections; some more are told 503, the rest is cut.
    connections: int = 800
    #: Bytes of answers that wait for a slow reader before the connection does nothing else.
    write_buffer: int = 256 * 1024
    #: How long a reader may take to make room in that buffer.
    write_seconds: float = 60.0
    #: How long what a refused client still sends is read and thrown away, so that it can read why.
    linger_seconds: float = 2.0
