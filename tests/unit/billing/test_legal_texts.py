"""The texts that customers accept: versions in both languages, and what the defaults say."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import delete

from keylease.app.deployment import Deployment
from keylease.app.terms import find_terms, load_default_terms
from keylease.billing.legal.model import LANGUAGES, LegalKind, default_texts
from keylease.billing.orders.model import PAY_WITHIN
from keylease.billing.renewals.schedule import attempts_for
from keylease.core.clock import DAY, local_date
from keylease.core.errors import Misuse
from keylease.core.money import round_half_up
from keylease.core.terms import RETENTION, end_of
from keylease.notifications.schedule import REMINDER, for_term
from keylease.storage import schema
from unit.lifecycle.tenant import Tenant

BOTH = {"en": "Pay first.\n", "zh": "先付款。\n"}


def test_a_new_deployment_has_the_defaults_as_version_1(deployment: Deployment) -> None:
    with deployment.database.read() as work:
        for kind in LegalKind:
            assert work.legal_texts.current_version(kind) == 1
            found = {one: find_terms(work, kind, None, one).text for one in LANGUAGES}
            assert found == default_texts(kind)


def test_versions_are_kept_and_the_newest_is_in_force(deployment: Deployment) -> None:
    with deployment.database.begin() as work:
        assert work.legal_texts.add(LegalKind.SERVICE, BOTH) == 2
    with deployment.database.read() as work:
        assert find_terms(work, LegalKind.SERVICE, None, "zh").text == BOTH["zh"]
        first = find_terms(work, LegalKind.SERVICE, 1, "en")
        assert first.text == default_texts(LegalKind.SERVICE)["en"]
        assert [(one.kind.value, one.version) for one in work.legal_texts.versions("en")] == [
            ("service", 1),
            ("service", 2),
            ("unsubscription", 1),
        ]


@pytest.mark.parametrize(
    "texts",
    [
        {"en": BOTH["en"]},
        {"zh": BOTH["zh"]},
        {**BOTH, "zh": " \n"},
        {**BOTH, "en": ""},
        {**BOTH, "de": "Zuerst zahlen."},
        {},
    ],
)
def test_a_version_needs_both_languages(deployment: Deployment, texts: dict[str, str]) -> None:
    with deployment.database.begin() as work:
        with pytest.raises(Misuse):
            work.legal_texts.add(LegalKind.SERVICE, texts)
        assert work.legal_texts.current_version(LegalKind.SERVICE) == 1


def test_a_later_start_loads_the_defaults_only_where_there_are_none(
    make_deployment: Callable[..., Deployment],
) -> None:
    opened = make_deployment()
    with opened.database.begin() as work:
        t = schema.legal_texts
        work.connection.execute(delete(t).where(t.c.kind == "unsubscription"))
        work.legal_texts.add(LegalKind.SERVICE, BOTH)
    again = make_deployment()  # the same place, opened by the next start
    with again.database.read() as work:
        assert work.legal_texts.current_version(LegalKind.SERVICE) == 2
        assert work.legal_texts.current_version(LegalKind.UNSUBSCRIPTION) == 1
    with again.database.begin() as work:
        load_default_terms(work)
        assert work.legal_texts.current_version(LegalKind.UNSUBSCRIPTION) == 1


def test_a_version_that_is_not_there_is_told(deployment: Deployment) -> None:
    with deployment.database.read() as work, pytest.raises(Misuse, match="terms list"):
        find_terms(work, LegalKind.SERVICE, 7, "en")


def test_an_order_keeps_the_version_that_was_accepted_with_it(deployment: Deployment) -> None:
    ada = Tenant.arrive(deployment)
    ada.buy()
    with deployment.database.begin() as work:
        work.legal_texts.add(LegalKind.SERVICE, BOTH)
    ada.buy()
    with deployment.database.begin() as work:
        work.legal_texts.add(LegalKind.UNSUBSCRIPTION, BOTH)
    ada.buy()
    t = schema.orders
    with deployment.store.reading() as connection:
        versions = connection.execute(t.select()).all()
    assert sorted(row.terms_version for row in versions) == [1, 2, 2]


# --- what the defaults say is what the program does ------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_defaults_name_the_times_of_the_rules(language: str) -> None:
    text = default_texts(LegalKind.SERVICE)[language]
    end = end_of(date(2026, 2, 28))
    start = end - 28 * DAY
    reminders = [one.due for one in for_term("i", end, start, 9) if one.kind == REMINDER]
    before = [(date(2026, 2, 28) - local_date(due)).days for due in reminders]
    attempts = [
        (local_date(one.due) - date(2026, 2, 28)).days for one in attempts_for("i", end, start, 8)
    ]
    kept, minutes = RETENTION // DAY, PAY_WITHIN // 60
    assert (before, attempts) == ([7, 3, 1], [-3, -1, 0, 6, 14])
    said = {
        "en": ["remind\nyou 7, 3 and 1 days", "6 and 14 days", "at 08:00"],
        "zh": ["前 7 天、3 天和 1 天", "第 6 天和第 14 天的 08:00", "前第 3 天、前 1 天"],
    }
    unit = {"en": (f"{kept} days", f"{minutes} minutes"), "zh": (f"{kept} 天", f"{minutes} 分钟")}
    for part in (*said[language], *unit[language]):
        assert part in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_the_rules_of_unsubscription_adds_up(language: str) -> None:
    """The first vector of rules.md 7."""
    consumed = round_half_up(Fraction(1_200_00 * 182, 365))
    text = default_texts(LegalKind.UNSUBSCRIPTION)[language]
    assert (f"{consumed / 100:.2f}", f"{(1_020_00 - consumed) / 100:.2f}") == ("598.36", "421.64")
    for part in ("1,020.00", "598.36", "421.64"):
        assert part in text
