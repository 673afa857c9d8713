"""What pages of docs show can be typed and pasted, and does what it says."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aliyunsdkcore.client import AcsClient

from product import Product, serving

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(?:^`(\S+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SOMEBODY = "1234567890123456"

#: What a block begins with that talks to the OpenAPI; others need other libraries.
OPENAPI = "from alibabacloud_kms20160120 import "

pytestmark = pytest.mark.long


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    with serving(tmp_path / "data", "--clock", "test=2026-01-31T10:00:00+08:00") as served:
        yield served


def blocks_of(page: str) -> list[tuple[str, str, str]]:
    """The file that it is, if it is one, the language and the text of each block of a page."""
    return BLOCK.findall((ROOT / "docs" / page).read_text("utf-8"))


def pasted(text: str, page: str, names: dict[str, Any]) -> None:
    """Run a block as if it were pasted into a session that has these names."""
    exec(compile(text, page, "exec"), names)


def test_users_and_roles_are_made_and_a_role_is_assumed(product: Product, tmp_path: Path) -> None:
    demo, blocks = product.customer("demo", "1000.00"), blocks_of("access.md")
    for file, language, text in blocks:
        if language == "json":
            (tmp_path / file).write_text(text.replace(SOMEBODY, demo.account_id))
    names: dict[str, Any] = {"endpoint": product.host_port, **demo.made}
    for _, language, text in blocks:
        if language == "sh":
            for line in text.splitlines():
                _, *words = shlex.split(line)
                there = [str(tmp_path / one) if one.endswith(".json") else one for one in words]
                done = product.run(*there)
                assert done.returncode == 0, done.stderr
        elif language == "python":
            pasted(text.replace(SOMEBODY, demo.account_id), "access.md", names)
            client: AcsClient = names["client"]
            client.session.close()
    assert names["session"]["SecurityToken"]
    assert json.loads((tmp_path / "policy.json").read_text())["Version"] == "1"


@pytest.fixture
def paste(product: Product) -> Callable[[str], dict[str, Any]]:
    """Pastes the OpenAPI's blocks of a page, for a customer with an instance; the names after."""
    demo = product.customer("demo", "1000.00")
    instance = str(demo.buy(1)["InstanceId"])
    demo.enable(instance)
    own = {
        'access_key_id="..."': f'access_key_id="{demo.made["access_key_id"]}"',
        'access_key_secret="..."': f'access_key_secret="{demo.made["access_key_secret"]}"',
        "127.0.0.1:8470": product.host_port,
        "kst-...": instance,
    }

    def paste(page: str) -> dict[str, Any]:
        names: dict[str, Any] = {}
        whole = "".join(text for _, _, text in blocks_of(page) if text.startswith(OPENAPI))
        for placeholder, value in own.items():
            assert placeholder in whole, f"{page} does not say {placeholder} any more"
            whole = whole.replace(placeholder, value)
        pasted(whole, page, names)
        return names

    return paste


def test_an_application_gets_its_client_key(paste: Callable[[str], dict[str, Any]]) -> None:
    made = paste("applications.md")["made"]
    assert made.client_key_id.startswith("KAAP.")
    assert made.private_key_data


def test_a_secret_is_kept_and_its_newest_value_shown(
    paste: Callable[[str], dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    paste("secrets.md")
    assert capsys.readouterr().out == "n3w\n"
