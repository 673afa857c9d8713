"""Client keys: made and shown once, and deleted. Facts: facts/kms.md 6.1."""

import json
from base64 import b64encode

from keylease.console.pages.access_points import YEARS, address_of
from keylease.console.pages.asking import require_typed
from keylease.console.pages.once import remember, require_first
from keylease.console.visit import Goto, Page, Visit
from keylease.core.clock import DAY, iso, local_date, parse_iso
from keylease.core.terms import add_months

_PASSWORD_LENGTH = "24"  # noqa: S105 - a number of characters
_FILES = {"json": "application/json", "p12": "application/x-pkcs12", "txt": "text/plain"}


def create(visit: Visit) -> Page:
    """CreateClientKey: the key and its password are on this page, and nowhere else."""
    with visit.transactions.read() as work:
        require_first(visit, work)
    name = visit.path["name"]
    password = visit.form.get("Password", "") or _new_password(visit)
    not_before, not_after = _validity(visit)
    made = visit.perform(
        "CreateClientKey",
        AapName=name,
        Password=password,
        NotBefore=not_before,
        NotAfter=not_after,
    )
    with visit.transactions.begin() as work:
        remember(visit, work)
    key_id, data = made["ClientKeyId"], made["PrivateKeyData"]
    sdk_file = json.dumps({"KeyId": key_id, "PrivateKeyData": data})
    files = {
        "json": b64encode(sdk_file.encode()).decode(),
        "p12": data,
        "txt": b64encode(password.encode()).decode(),
    }
    values = {
        "name": name,
        "key_id": key_id,
        "not_after": parse_iso(made["NotAfter"]),
        "password": password,
        "links": {kind: f"data:{_FILES[kind]};base64,{body}" for kind, body in files.items()},
    }
    return Page("access_points/client_key.html", "Client key", values)


def delete(visit: Visit) -> Goto:
    """DeleteClientKey; the name of the access point is typed again."""
    name = visit.path["name"]
    require_typed(visit, name)
    visit.perform("DeleteClientKey", ClientKeyId=visit.given("ClientKeyId"))
    return Goto(
        address_of(name), "The client key is deleted. Whoever has it is refused from now on."
    )


def _new_password(visit: Visit) -> str:
    made = visit.perform(
        "GetRandomPassword", PasswordLength=_PASSWORD_LENGTH, ExcludePunctuation="true"
    )
    return str(made["RandomPassword"])


def _validity(visit: Visit) -> tuple[str, str]:
    """NotBefore and NotAfter, some years from now."""
    given = visit.given("years")
    years = next((one for one in YEARS if str(one) == given), YEARS[-1])
    with visit.transactions.read() as work:
        now = work.now
    today = local_date(now)
    days = (add_months(today, 12 * years) - today).days
    return iso(now), iso(now + days * DAY)
