"""GetSecretValue and BatchGetSecretValue: from memory, like the crypto operations.

Source: facts/kms-api.md A (Secrets) and A.2.
"""

from typing import Any

from keylease.api.deciding import DEPENDS_ON_MEMORY
from keylease.api.errors import status_of
from keylease.api.rpc.arguments import Arguments, invalid, missing
from keylease.api.rpc.call import Answer, Call
from keylease.api.rpc.kms import secret_view
from keylease.core.errors import Code, Refusal
from keylease.runtime.gate import Step
from keylease.runtime.look import Doubt, Look
from keylease.runtime.secrets import Granted, SecretValues, Wanted

BATCH_MAX = 20


def get_secret_value(values: SecretValues, look: Look, call: Call) -> Step[Answer]:
    """GetSecretValue."""
    arguments = call.arguments
    wanted = Wanted(
        arguments.required("SecretName"),
        arguments.optional("VersionId"),
        arguments.optional("VersionStage"),
    )
    with_config = arguments.boolean("FetchExtendedConfig")
    step = values.get(look, call.caller, wanted)
    return step.then(lambda found: secret_view.value(found, with_config=with_config))


def batch_get_secret_value(values: SecretValues, look: Look, call: Call) -> Step[Answer]:
    """BatchGetSecretValue: up to 20 values; an entry that is refused does not harm the others."""
    entries = _entries(call.arguments)
    decided: list[tuple[dict[str, str], Granted | Refusal]] = []
    doubtful: list[Any] = []
    for entry in entries:
        try:
            decided.append((entry, _decided(values, look, call, entry)))
        except Doubt as doubt:
            doubtful += doubt.subjects
    if doubtful:
        raise Doubt(list(dict.fromkeys(doubtful)))
    counted = [(entry, _counted(one)) for entry, one in decided]
    granted = [one for _, one in counted if isinstance(one, Granted)]

    def run() -> Answer:
        return _answer(counted, call.request_id)

    names = ",".join(entry["SecretName"] for entry in entries)[:128]
    return Step(names, "", all(one.step.is_quick for one in granted), run)


def _decided(
    values: SecretValues, look: Look, call: Call, entry: dict[str, str]
) -> Granted | Refusal:
    wanted = Wanted(
        entry["SecretName"], entry.get("VersionId") or None, entry.get("VersionStage") or None
    )
    try:
        return values.grant(look, call.caller, wanted)
    except Refusal as error:
        if error.code is Code.UNAVAILABLE:
            raise
        if error.code in DEPENDS_ON_MEMORY and (doubt := look.doubt()):
            raise Doubt(doubt) from None
        return error


def _counted(one: Granted | Refusal) -> Granted | Refusal:
    if isinstance(one, Granted):
        try:
            one.count()
        except Refusal as error:
            return error
    return one


def _answer(
    counted: list[tuple[dict[str, str], Granted | Refusal]], request_id: str
) -> dict[str, Any]:
    shown: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for entry, one in counted:
        if isinstance(one, Refusal):
            errors.append(
                {
                    "SecretName": entry["SecretName"],
                    "Code": one.code.value,
                    "Message": one.message,
                    "HttpStatus": status_of(one),
                }
            )
            continue
        with_config = entry.get("FetchExtendedConfig", "").lower() == "true"
        value = secret_view.value(one.step.run(), with_config=with_config)
        shown.append({"RequestId": request_id, **value})
    return {"SecretValues": shown, "Errors": errors}


def _entries(arguments: Arguments) -> list[dict[str, str]]:
    """``SecretsList``: a JSON array of objects; Refusals."""
    if not arguments.text("SecretsList"):
        raise missing("SecretsList")
    found = arguments.json_list("SecretsList")
    if not 1 <= len(found) <= BATCH_MAX:
        raise invalid("SecretsList", "takes 1 to {most} secrets", most=BATCH_MAX)
    return [_entry(one) for one in found]


def _entry(found: Any) -> dict[str, str]:
    if not isinstance(found, dict) or not found.get("SecretName"):
        raise invalid("SecretsList", "takes objects with a SecretName")
    entry = {}
    for name, value in found.items():
        if not isinstance(value, str | bool):
            raise invalid("SecretsList", "takes objects of texts")
        entry[name] = value if isinstance(value, str) else str(value).lower()
    return entry
