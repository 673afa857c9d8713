"""What docs/access.md shows can be typed and pasted, and does what it says."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from aliyunsdkcore.client import AcsClient

from product import serving

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(?:^`(\S+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SOMEBODY = "1234567890123456"


@pytest.mark.long
def test_the_examples_do_what_they_say(tmp_path: Path) -> None:
    blocks = BLOCK.findall((ROOT / "docs" / "access.md").read_text("utf-8"))
    with serving(tmp_path / "data", "--clock", "test=2026-01-31T10:00:00+08:00") as product:
        demo = product.customer("demo", "1000.00")
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
                _close_after(names, text.replace(SOMEBODY, demo.account_id))
    assert names["session"]["SecurityToken"]
    assert json.loads((tmp_path / "policy.json").read_text())["Version"] == "1"


def _close_after(names: dict[str, Any], text: str) -> None:
    exec(compile(text, "access.md", "exec"), names)
    client: AcsClient = names["client"]
    client.session.close()
