"""Files that customers subscribe to land in their own folder, and nowhere else."""

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.app.export_folder import open_folder
from keylease.billing.bills.subscriptions import ExportType, check_bucket, check_path, file_name
from keylease.core.entropy import SystemEntropy
from keylease.core.errors import Refusal

ENTROPY = SystemEntropy()


def write(root: Path, steps: list[str], name: str, text: str, at: int = 1_000) -> None:
    with open_folder(root, steps, ENTROPY) as folder:
        unfinished, file = folder.begin()
        with file:
            file.write(text.encode())
        folder.finish(unfinished, name, at)


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    with open_folder(tmp_path / "new", ["a", "b"], ENTROPY) as folder:
        assert folder.written_at("x.csv") is None
        unfinished, file = folder.begin()
        with file:
            file.write(b"half")
        assert folder.written_at("x.csv") is None
        folder.finish(unfinished, "x.csv", 1_000)
        assert folder.written_at("x.csv") == 1_000
    assert (tmp_path / "new" / "a" / "b" / "x.csv").read_bytes() == b"half"


def test_a_new_version_takes_the_place_of_the_old(tmp_path: Path) -> None:
    write(tmp_path, ["a"], "x.csv", "old")
    write(tmp_path, ["a"], "x.csv", "new", at=2_000)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["x.csv"]
    assert (tmp_path / "a" / "x.csv").read_text() == "new"


@pytest.mark.parametrize("step", [0, 1])
def test_a_link_on_the_way_is_not_followed(tmp_path: Path, step: int) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tmp_path / "root"
    place = root if step == 0 else root / "a"
    place.mkdir(parents=True)
    (place / "ab"[step]).symlink_to(outside)
    with pytest.raises(OSError, match=r"Not a directory|symbolic"):
        write(root, ["a", "b"], "x.csv", "lost")
    assert list(outside.iterdir()) == []


def test_a_link_with_the_name_of_the_file_is_replaced_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("untouched")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.csv").symlink_to(secret)
    with open_folder(tmp_path, ["a"], ENTROPY) as folder:
        assert folder.written_at("x.csv") is None
    write(tmp_path, ["a"], "x.csv", "bill")
    assert secret.read_text() == "untouched"
    assert not (tmp_path / "a" / "x.csv").is_symlink()


def test_what_was_never_finished_is_swept_away_after_a_while(tmp_path: Path) -> None:
    write(tmp_path, ["a"], "x.csv", "bill", at=1)
    with open_folder(tmp_path, ["a"], ENTROPY) as folder:
        old, file = folder.begin()
        file.close()
        young, file = folder.begin()
        file.close()
        os.utime(tmp_path / "a" / old, (1, 1))
        folder.sweep(1_000_000)
    assert {path.name for path in (tmp_path / "a").iterdir()} == {"x.csv", young}


@given(st.text(max_size=12) | st.text(st.sampled_from("ab/.\\ "), max_size=12))
def test_a_path_that_is_accepted_stays_below_its_bucket(path: str) -> None:
    try:
        check_path(path)
    except Refusal:
        return
    steps = [one for one in path.split("/") if one]
    normal = os.path.normpath(os.path.join("/bucket", *steps))  # noqa: PTH118 - by the text
    assert normal == "/".join(["/bucket", *steps])
    assert not path.startswith(("/", "\\"))


@pytest.mark.parametrize("path", ["", "a", "a/", "monthly/账单", "a.b/c d", "x" * 254])
def test_plain_paths_are_accepted(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize("bucket", ["ab", "-ab", "ab-", "Abc", "a/b", "..", "a.b", "x" * 64, ""])
def test_a_bucket_is_a_plain_name(bucket: str) -> None:
    with pytest.raises(Refusal):
        check_bucket(bucket)


def test_names_are_the_documented_ones() -> None:
    day = date(2026, 1, 31)
    assert file_name("1", ExportType.ITEMS, day, of_day=True) == "1_BillingItemDetail_20260131"
    assert file_name("1", ExportType.ITEMS, day, of_day=False) == "1_BillingItemDetail_202601"
    assert file_name("1", ExportType.SPLIT_ITEMS, day, of_day=False) == (
        "1_SplitItemDetailDaily_202601"
    )
