"""What is chosen at the top of every page: language, theme and region; and signing out."""

import pytest

from console.hands import LANGUAGES, Hand

pytestmark = pytest.mark.long


def test_language_theme_and_region_are_chosen_and_kept_until_one_signs_out(hand: Hand) -> None:
    mine = hand.language
    hand.go("Keys")
    for language in sorted(LANGUAGES, key=mine.__eq__):  # the other one, and back
        hand.choose_language(language)
        assert hand.heading == hand.said("Keys")
    for theme in ("Dark", "Light"):
        hand.choose_theme(theme)
        hand.go("Secrets")
        scheme = "getComputedStyle(document.documentElement).colorScheme"
        assert hand.page.evaluate(scheme) == theme.lower()
    hand.choose_region("ap-southeast-1")
    hand.go("Instances")
    assert hand.page.get_by_label(hand.said("Region")).input_value() == "ap-southeast-1"
    hand.take("Sign out")
    assert hand.heading == hand.said("Sign in")
    hand.person.visit("/console/keys")
    assert hand.heading == hand.said("Sign in")
