"""The demo account, and the lines to paste for the official clients."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sqlalchemy import select

from keylease.app.accounts import create_account, credit, new_password
from keylease.app.deployment import Deployment
from keylease.storage import schema
from keylease.storage.source import SqlSource

NAME = "demo"
BALANCE = "10000.00"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """The demo account's access key."""

    access_key_id: str
    access_key_secret: str = field(repr=False)


def ensure_demo_account(deployment: Deployment) -> DemoAccount:
    """The account ``demo`` with a balance of 10,000.00; made at the first start."""
    with deployment.database.read() as work:
        account = work.accounts.by_name(NAME)
        key_id = None
        if account is not None:
            keys = schema.access_keys
            query = select(keys.c.id).where(keys.c.account_id == account.id, keys.c.service == "")
            key_id = work.connection.execute(query.order_by(keys.c.id)).scalars().first()
    if key_id is None:
        made = create_account(deployment, NAME, "demo@example.com")
        credit(deployment, made.account.id, BALANCE, "demo")
        return DemoAccount(made.access_key_id, made.access_key_secret)
    credential = SqlSource(deployment.database).credential(key_id)
    return DemoAccount(key_id, credential.secret if credential else "")


def demo_lines(deployment: Deployment, account: DemoAccount, url: str) -> list[str]:
    """Python to paste: configured clients for KMS and billing."""
    parts = urlsplit(url)
    options = (
        f"    access_key_id='{account.access_key_id}',\n"
        f"    access_key_secret='{account.access_key_secret}',\n"
        f"    region_id='{deployment.settings.default_region}',\n"
        f"    endpoint='{parts.netloc}',\n"
        f"    protocol='{parts.scheme}',"
    )
    return [
        "# pip install alibabacloud-kms20160120 alibabacloud-bssopenapi20171214",
        "from alibabacloud_tea_openapi.models import Config",
        "from alibabacloud_kms20160120.client import Client as Kms",
        "from alibabacloud_bssopenapi20171214.client import Client as Billing",
        "config = Config(",
        *options.split("\n"),
        ")",
        "kms, billing = Kms(config), Billing(config)",
        f"# Console: {url}/console/ - sign in as {NAME} / {new_password(deployment, NAME)}",
    ]
