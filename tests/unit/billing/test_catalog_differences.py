"""What changes from one price book to another is told item by item."""

from keylease.billing.catalog import Difference, default_price_book_text, differences

TEXT = default_price_book_text()


def test_a_book_does_not_differ_from_itself_however_it_is_written() -> None:
    assert differences(TEXT, TEXT) == []
    other = TEXT.replace('"500.00"', '"500"').replace('"0.70"', '"0.7"').replace("# ", "## ")
    assert differences(TEXT, other) == []


def test_each_change_is_told_with_its_currency_and_both_values() -> None:
    other = (
        TEXT.replace('USD = "500.00"', 'USD = "549.99"')
        .replace('USD = "0.013"', 'USD = "0.0135"', 1)
        .replace("steps = [1000, 2000, 4000]", "steps = [1000, 2000]")
        .replace('24 = "0.70"\n', "")
        .replace("trial_days = 14", "trial_days = 30")
    )
    assert differences(TEXT, other) == [
        Difference("discounts.24", "", "0.70", ""),
        Difference("editions.software.monthly", "USD", "500.00", "549.99"),
        Difference("editions.software.qps.steps", "", "1000, 2000, 4000", "1000, 2000"),
        Difference("pay_as_you_go.software.daily.secret", "USD", "0.013", "0.0135"),
        Difference("pay_as_you_go.trial_days", "", "14", "30"),
    ]
