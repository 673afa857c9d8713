"""A small storage service that encrypts what it keeps with its customer's default key.

It acts for one account with an access key that the operator made for it:

    keylease account service-key acme --service storage
    export ALIBABA_CLOUD_ACCESS_KEY_ID=... ALIBABA_CLOUD_ACCESS_KEY_SECRET=...
    python examples/storage_service.py --folder objects --endpoint 127.0.0.1:8080

    curl -T letter.txt http://127.0.0.1:8099/letter.txt
    curl http://127.0.0.1:8099/letter.txt

Every object has a data key of its own (GenerateDataKey with alias/acs/storage), which encrypts it
with AES-256-GCM. Kept are the data key as the service encrypted it, the nonce and the ciphertext.
The name of the object is the encryption context: an object that is put in the place of another
one does not open. A file is: the length of the encrypted data key in 2 bytes, the encrypted data
key, a nonce of 12 bytes, the ciphertext with its tag.
"""

import argparse
import os
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client
from alibabacloud_tea_openapi.models import Config
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = "alias/acs/storage"
OBJECT_BYTES_MAX = 64 * 1024 * 1024
NONCE_BYTES = 12


class ObjectStore:
    """Objects in a folder, each encrypted with a data key of its own."""

    def __init__(self, kms: Client, folder: Path) -> None:
        self._kms = kms
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, name: str, content: bytes) -> None:
        """Keep an object; one with the same name is replaced."""
        request = models.GenerateDataKeyRequest(key_id=KEY, encryption_context={"object": name})
        made = self._kms.generate_data_key(request).body
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(b64decode(made.plaintext)).encrypt(nonce, content, None)
        blob = made.ciphertext_blob.encode()
        path = self._path(name)
        draft = path.with_suffix(f".{os.urandom(8).hex()}")
        draft.write_bytes(len(blob).to_bytes(2) + blob + nonce + sealed)
        draft.replace(path)

    def get(self, name: str) -> bytes:
        """The object; FileNotFoundError."""
        stored = self._path(name).read_bytes()
        end = 2 + int.from_bytes(stored[:2])
        request = models.DecryptRequest(
            ciphertext_blob=stored[2:end].decode(), encryption_context={"object": name}
        )
        key = b64decode(self._kms.decrypt(request).body.plaintext)
        nonce, sealed = stored[end : end + NONCE_BYTES], stored[end + NONCE_BYTES :]
        return AESGCM(key).decrypt(nonce, sealed, None)

    def _path(self, name: str) -> Path:
        """Where an object is; whatever its name is, it stays inside the folder."""
        return self._folder / sha256(name.encode()).hexdigest()


def handler_for(store: ObjectStore) -> type[BaseHTTPRequestHandler]:
    """Answers PUT and GET; an error of the key management service is a 502 without details."""

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            if not 0 <= size <= OBJECT_BYTES_MAX:
                self._answer(413)
                return
            content = self.rfile.read(size)
            self._answer_with(lambda: store.put(self._name(), content), 201)

        def do_GET(self) -> None:
            self._answer_with(lambda: store.get(self._name()), 200)

        def _name(self) -> str:
            return unquote(self.path.removeprefix("/"))

        def _answer_with(self, work: Callable[[], bytes | None], status: int) -> None:
            try:
                self._answer(status, work() or b"")
            except FileNotFoundError:
                self._answer(404)
            except Exception as error:
                self.log_error("%s failed: %s", self.command, type(error).__name__)
                self._answer(502)

        def _answer(self, status: int, content: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path("objects"))
    parser.add_argument("--endpoint", default="127.0.0.1:8080", help="Where keylease listens.")
    parser.add_argument("--region", default="cn-hangzhou")
    parser.add_argument("--port", type=int, default=8099)
    given = parser.parse_args()
    config = Config(
        access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        region_id=given.region,
        endpoint=given.endpoint,
        protocol="http",
    )
    store = ObjectStore(Client(config), given.folder)
    server = ThreadingHTTPServer(("127.0.0.1", given.port), handler_for(store))
    print(f"Ready: http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
