"""Webhooks of a served product: made at the command line, delivered by the node."""

import time
from pathlib import Path

from scenarios.town import Town, in_utc8, open_town
from unit.notifications.receiver import Receiver, documented_check, receiving
from unit.notifications.smtp import free_port
from waiting import until


def wait_for(receiver: Receiver, count: int) -> None:
    until(lambda: len(receiver.taken) >= count)


def told(town: Town) -> list[tuple[str, str]]:
    """What was written for the webhooks, as (kind, state), the newest first."""
    return [(one["kind"], one["state"]) for one in town.cli("webhook", "deliveries")]


def test_moving_the_clock_waits_for_no_receiver_and_what_waits_arrives(tmp_path: Path) -> None:
    dead = f"http://127.0.0.1:{free_port()}/hook"
    with (
        receiving() as live,
        receiving() as hangs,
        open_town(tmp_path / "data", "2026-01-31 10:00:00") as town,
    ):
        hangs.before = lambda: time.sleep(9)
        ada = town.customer("ada", "5000.00")
        town.cli("webhook", "add", dead)
        town.cli("webhook", "add", hangs.url)
        made = town.cli("webhook", "add", live.url, "--account", "ada")
        ada.buy()
        begun = time.monotonic()
        town.at("2026-03-20 10:00:00")
        assert time.monotonic() - begun < 9, "less than one attempt at a receiver that hangs"
        letters = town.letters(ada)[1:]  # the first is the top-up, from before the webhook
        wait_for(live, len(letters))
        assert [(one.event["kind"], in_utc8(one.event["due_at"])) for one in live.taken] == [
            (one["kind"], in_utc8(one["due_at"])) for one in letters
        ]
        assert [one.event["subject"] for one in live.taken] == [one["subject"] for one in letters]
        is_genuine = documented_check()
        assert all(is_genuine(made["secret"], one.signature, one.body) for one in live.taken)
        assert made["secret"] not in town.errors.read_text()
        town.kill()
        town.start()
        assert {state for _, state in told(town)} == {"waiting", "delivered"}


def test_the_operators_commands(tmp_path: Path) -> None:
    with receiving() as live, open_town(tmp_path / "data", "2026-01-31 10:00:00") as town:
        ada = town.customer("ada")
        made = town.cli("webhook", "add", live.url, "--account", "ada", "--events", "top_up")
        (listed,) = town.cli("webhook", "list")
        assert listed.pop("created_at").startswith("2026-01-31T02:00:0")
        assert listed == {
            "webhook_id": made["webhook_id"],
            "account_id": ada.account_id,
            "url": live.url,
            "events": "top_up",
        }
        assert made["secret"] not in town.run("webhook", "list").stdout
        town.cli("account", "credit", "ada", "5.00")
        wait_for(live, 1)
        (done,) = town.cli("webhook", "deliveries")
        assert (done["kind"], done["event_id"]) == ("top_up", live.taken[0].id)
        assert town.cli("webhook", "deliveries", "--failed") == []
        town.cli("webhook", "redeliver", str(done["delivery_id"]))
        wait_for(live, 2)
        assert live.taken[0].id == live.taken[1].id
        town.cli("webhook", "remove", made["webhook_id"])
        assert town.cli("webhook", "list") == town.cli("webhook", "deliveries") == []
        for wrong, text in (
            (("add", "http://u:p@h/"), "no user or password"),
            (("add", "ftp://h/"), "needs a URL like"),
            (("remove", "wh-x"), "no webhook"),
            (("redeliver", "9"), "no delivery"),
        ):
            refused = town.run("webhook", *wrong)
            assert (refused.returncode, refused.stdout) == (1, "")
            assert text in refused.stderr
