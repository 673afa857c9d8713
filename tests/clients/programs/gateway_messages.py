"""alibabacloud-dkms-gcs's own protobuf classes: what messages say, and how they are written.

Bytes are in hexadecimal, in both directions.
"""

import json
import sys

from openapi_util.protobuf import api_pb2


def plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, str | int) else list(value)


def read(name: str, body: str) -> dict[str, object]:
    message = getattr(api_pb2, name)()
    message.ParseFromString(bytes.fromhex(body))
    fields = {one.name: plain(getattr(message, one.name)) for one in message.DESCRIPTOR.fields}
    return {"fields": fields, "written": message.SerializeToString().hex()}


bodies = json.load(sys.stdin)["bodies"]
json.dump(
    {
        "names": list(api_pb2.DESCRIPTOR.message_types_by_name),
        "read": {name: read(name, body) for name, body in bodies.items()},
    },
    sys.stdout,
)
