import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keylease.notifications.letters import (
    _IDENTITY,
    _OWN,
    _WAYS,
    Kind,
    compose,
    facts_needed,
    fields_of,
)
from keylease.notifications.texts import (
    FRAME,
    MESSAGES,
    OPERATOR_FRAME,
    VARIANTS,
    Twins,
    alerts,
    applications,
    auto_renewal,
    life,
    log_storage,
    pay_as_you_go,
    product,
    receipts,
    secrets,
    tickets,
)
from unit.notifications.samples import ALICE, DUE, END, FACTS, LI, facts_for, letter

RECIPIENTS = pytest.mark.parametrize("recipient", [ALICE, LI], ids=lambda r: r.language)
KINDS = pytest.mark.parametrize("kind", list(Kind))

GROUPS = (
    alerts,
    applications,
    auto_renewal,
    life,
    log_storage,
    pay_as_you_go,
    product,
    receipts,
    secrets,
    tickets,
)

#: A service has one size, is paid for by the year, and has no secrets in it.
NEVER_OF_A_SERVICE = {Kind.UPGRADE, Kind.STOPPED, Kind.ROTATION_FAILED, Kind.LOG_STORAGE}

TWINS: dict[str, Twins] = (
    {f"{kind}.subject": message.subject for kind, message in MESSAGES.items()}
    | {f"{kind}.body": message.body for kind, message in MESSAGES.items()}
    | {f"{way}.{value}": twins for way, by in VARIANTS.items() for value, twins in by.items()}
    | {"frame": FRAME, "operator_frame": OPERATOR_FRAME}
)


def _is_about_one(kind: Kind) -> bool:
    return "instance_id" in facts_needed(kind)


def test_no_group_of_texts_hides_another():
    for table, whole in (("MESSAGES", MESSAGES), ("VARIANTS", VARIANTS)):
        parts = [list(getattr(group, table, ())) for group in GROUPS]
        assert sorted(itertools.chain(*parts)) == sorted(whole)


@RECIPIENTS
@pytest.mark.parametrize(
    "kind", [one for one in Kind if _is_about_one(one) and one not in NEVER_OF_A_SERVICE]
)
def test_a_letter_about_a_service_speaks_of_no_keys_or_backups_in_it(recipient, kind):
    about = {"product": "service", "edition": "rotation", "backups": []}
    written = letter(recipient=recipient, kind=kind, **about)
    said = written.subject + written.text
    assert not re.search(
        "its keys|in it|backup|KMS instance|the instance|实例 kst|其中的|备份", said
    )
    assert ("value-added service" in said) or ("增值服务" in said)


def test_every_kind_has_its_texts_and_every_text_its_kind():
    assert set(MESSAGES) == set(Kind)
    assert set(_IDENTITY) == set(Kind)


@pytest.mark.parametrize("name", TWINS)
def test_both_languages_are_there_and_show_the_same_facts_in_the_same_ways(name):
    twins = TWINS[name]
    fields = [sorted(set(re.findall(r"\{[^}]*\}", text))) for text in (twins.en, twins.zh)]
    assert fields[0] == fields[1]
    assert fields_of(twins.en) == fields_of(twins.zh)
    assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", twins.en)
    if name != "frame":
        assert re.search(r"[\u4e00-\u9fff]", twins.zh)


@pytest.mark.parametrize("name", TWINS)
def test_chinese_has_no_half_width_punctuation_between_its_characters(name):
    assert not re.findall(r"[\u4e00-\u9fff][,.:;!?()]|[,.:;!?()][\u4e00-\u9fff]", TWINS[name].zh)
    assert "  " not in TWINS[name].zh


@pytest.mark.parametrize("name", TWINS)
def test_every_way_of_showing_a_fact_exists(name):
    ways = set(re.findall(r"\{\w+:(\w+)\}", TWINS[name].en))
    assert ways <= set(_WAYS) | set(VARIANTS)


@KINDS
def test_the_sample_explains_every_fact(kind):
    assert facts_needed(kind) <= set(FACTS)
    assert not facts_needed(kind) & _OWN


@KINDS
@RECIPIENTS
def test_a_letter_is_complete(kind, recipient):
    written = letter(recipient=recipient, kind=kind)
    assert written.kind is kind
    assert written.to == recipient.email
    assert written.account_id == recipient.account_id
    assert written.instance_id == (FACTS["instance_id"] if _is_about_one(kind) else "")
    assert "\n" not in written.subject
    assert "{" not in written.subject + written.text
    assert recipient.name in written.text
    for name, shown in {"amount": "USD 1,234.56", "balance": "USD 78.90"}.items():
        assert (name in facts_needed(kind)) == (shown in written.text)
    for line in written.text.splitlines():
        assert line == line.strip()


@KINDS
@RECIPIENTS
def test_any_missing_fact_is_an_error_even_one_that_this_letter_would_not_show(kind, recipient):
    for missing in facts_needed(kind):
        facts = facts_for(kind)
        del facts[missing]
        with pytest.raises(ValueError, match=missing):
            compose(kind, recipient, facts, DUE, letter_id="x")


def test_a_fact_nobody_asked_for_is_an_error():
    with pytest.raises(ValueError, match="ballance"):
        compose(Kind.TOP_UP, ALICE, facts_for(Kind.TOP_UP) | {"ballance": 1}, DUE, letter_id="x")


def test_a_reminder_in_english():
    written = letter(3)
    assert written.subject == "Your KMS instance kst-hzz0123456789abcdefgh expires in 3 days"
    assert (
        "Your KMS instance kst-hzz0123456789abcdefgh (payments) expires in 3 days. Its last day is "
        "2019-09-09. At 2019-09-10 00:00:00 (UTC+8) its keys and secrets stop working.\n"
    ) in written.text
    assert "- Region: China (Hangzhou)\n" in written.text
    assert "kept until 2019-09-25 00:00:00 (UTC+8);" in written.text
    assert "Renewing it for 1 month costs USD 500.00 at today's prices;" in written.text


def test_a_reminder_in_chinese():
    written = letter(1, LI)
    assert written.subject == "您的 KMS 实例 kst-hzz0123456789abcdefgh 将于1天后到期"
    assert written.text.startswith(
        "李雷，您好：\n\n您的 KMS 实例 kst-hzz0123456789abcdefgh (payments) "
    )
    assert "最后有效日为 2019-09-09。自 2019-09-10 00:00:00（UTC+8）起" in written.text
    assert "- 地域：华东1（杭州）\n" in written.text
    assert "续费1个月按当前价格需 USD 500.00" in written.text


def test_the_singular_and_an_instance_without_a_name():
    written = letter(1, instance_name="")
    assert written.subject.endswith("expires in 1 day")
    assert "kst-hzz0123456789abcdefgh expires" in written.text


@RECIPIENTS
@pytest.mark.parametrize(
    ("kind", "fact", "values"),
    [
        (Kind.REMINDER, "mode", ["AutoRenewal", "ManualRenewal", "NotRenewal"]),
        (Kind.RENEWAL, "automatic", [True, False]),
        (Kind.RENEWAL, "rest_days", [0, 1, 12]),
        (Kind.PURCHASE, "method", ["subscription", "daily"]),
        (Kind.RELEASE_SOON, "method", ["subscription", "daily"]),
        (Kind.RELEASED, "method", ["subscription", "daily"]),
        *(
            (kind, "product", ["instance", "service"])
            for kind in Kind
            if "product" in facts_needed(kind)
        ),
        (Kind.RELEASED, "backups", [["backup-1"], []]),
        (Kind.AUTO_RENEWAL_FAILED, "next_attempt", [DUE, None]),
        (Kind.AUTO_RENEWAL_FAILED, "end", [DUE, DUE + 1]),
        (Kind.LOG_STORAGE, "level", ["nearly", "full"]),
    ],
)
def test_each_variant_says_something_else(recipient, kind, fact, values):
    texts = {letter(recipient=recipient, kind=kind, **{fact: value}).text for value in values}
    assert len(texts) == len(values)


def test_an_unknown_renewal_mode_is_an_error():
    with pytest.raises(KeyError):
        letter(mode="Sometimes")


def test_the_released_letter_lists_what_remains():
    text = letter(kind=Kind.RELEASED).text
    assert "until 2019-12-24 00:00:00 (UTC+8)" in text
    assert "\n- backup-1 (2019-08-20)\n- backup-2 (2019-09-01)\n" in text
    assert "There is no backup" in letter(kind=Kind.RELEASED, backups=[]).text


def test_a_failed_renewal_names_what_is_missing_and_the_next_attempt():
    written = letter(kind=Kind.AUTO_RENEWAL_FAILED)
    assert "USD 421.10 missing" in written.subject
    assert "We try again at 2019-09-08 08:00:00 (UTC+8)" in written.text


def test_the_same_fact_has_the_same_identity_and_another_end_has_another():
    first, again, other = letter(3), letter(3, LI, due_at=DUE + 5), letter(3, end=END + 1)
    assert first.dedupe == f"reminder:kst-hzz0123456789abcdefgh:{END}:3"
    assert (again.dedupe, again.message_id) == (first.dedupe, first.message_id)
    assert other.dedupe != first.dedupe
    assert other.message_id != first.message_id


def test_each_failed_attempt_has_its_own_letter():
    kind = Kind.AUTO_RENEWAL_FAILED
    assert letter(kind=kind).dedupe != letter(kind=kind, due_at=DUE + 86_400).dedupe


def test_the_domain_of_the_message_id_is_given():
    written = compose(
        Kind.TOP_UP, ALICE, facts_for(Kind.TOP_UP), DUE, letter_id="x", domain="kms.example.com"
    )
    assert re.fullmatch(r"<[0-9a-f]{32}@kms\.example\.com>", written.message_id)
    assert letter().message_id.endswith("@keylease.local>")


@given(name=st.text(max_size=40))
def test_no_name_adds_a_line_to_a_letter(name):
    plain = letter()
    named = letter(recipient=replace(ALICE, name=name), instance_name=name, edition=name)
    assert len(named.text.splitlines()) == len(plain.text.splitlines())
    assert len(named.subject.splitlines()) == 1


def test_a_failed_renewal_tells_what_a_voucher_would_pay():
    facts = {"price": 50_000, "voucher": 15_000, "balance": 10_000, "missing": 25_000}
    written = letter(kind=Kind.AUTO_RENEWAL_FAILED, **facts).text
    assert (
        "- A voucher pays: USD 150.00\n- Balance now: USD 100.00\n- Missing: USD 250.00" in written
    )
    without = letter(kind=Kind.AUTO_RENEWAL_FAILED, **facts | {"voucher": 0}).text
    assert "- Balance now: USD 100.00\n- Missing: USD 250.00" in without
    assert "voucher pays" not in without


def test_what_the_operator_wrote_is_quoted_line_by_line():
    said = "One.\n\nTwo\x1b.\n- Balance now: USD 1.00"
    written = letter(kind=Kind.TICKET, said=True, answer=said)
    assert "We wrote:\n\n> One.\n>\n> Two .\n> - Balance now: USD 1.00\n" in written.text
    nothing = letter(kind=Kind.TICKET, decision="approved", said=False, answer="")
    assert nothing.subject == "Your ticket T01234567890123 was approved"
    assert ">" not in nothing.text
