"""Statements read back by poppler, which is not the library that wrote them."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from keylease.core.money import amount_text
from keylease.documents.statement import Amounts, LineKind, Statement
from keylease.documents.statement_pdf import statement_pdf
from keylease.documents.texts import STATEMENT
from keylease.documents.typeface import REPLACEMENT
from unit.documents.samples import NAMES, at, busy_month, line, long_month, statement

FIGURE = re.compile(r"−?\d[\d,]*\.\d\d\b")
ROUNDING = ">0.01</word>"  # a figure in the foot that is no amount
FOOT = 841.89 - 56  # where the foot begins, in points from the top
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def poppler(program: str, pdf: bytes, *options: str) -> str:
    command = [program, *options, "-"]
    command += ["-"] if program == "pdftotext" else []
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def pages(whole: Statement) -> list[str]:
    """The text of each page, in lines as they stand on it."""
    return poppler("pdftotext", statement_pdf(whole), "-layout").split("\f")[:-1]


def rows(text: str, amounts: int) -> list[list[int]]:
    """The lines with exactly so many figures, as minor units."""
    found = (FIGURE.findall(row) for row in text.splitlines())
    return [[minor(figure) for figure in row] for row in found if len(row) == amounts]


def minor(figure: str) -> int:
    return int(figure.replace(",", "").replace(".", "").replace("−", "-"))


def printed(amounts: Amounts) -> list[int]:
    return [amounts.listed, -amounts.discount, -amounts.voucher, amounts.charged]


@LANGUAGES
def test_each_line_and_each_sum_is_printed_with_its_four_figures(language):
    whole = busy_month(language)
    figures = rows("".join(pages(whole)), amounts=4)
    lines = [printed(one.amounts) for one in whole.lines]
    subtotals = [printed(sub.amounts) for sub in whole.subtotals]
    assert figures == [*lines, *subtotals, printed(whole.total)]
    assert [sum(column) for column in zip(*lines, strict=True)] == figures[-1]


@LANGUAGES
def test_the_summary_leads_from_one_balance_to_the_other(language):
    ((opening, *moved, closing),) = rows(pages(busy_month(language))[0], amounts=5)
    assert opening + sum(moved) == closing == busy_month(language).closing_balance
    assert moved == [1_000_000, -643_840, 46_774]


def test_an_adjustment_has_a_place_in_the_summary_of_its_own():
    given = line(kind=LineKind.ADJUSTMENT, amounts=Amounts(-700, 0, 0, -700))
    (page,) = pages(statement(line(), given))
    assert "Adjustments" in page
    assert "Adjustment (1)" in page
    (plain,) = pages(statement(line()))
    assert "Adjustment" not in plain


@LANGUAGES
def test_a_line_says_when_what_where_and_for_how_long(language):
    text = re.sub(r"\s+", "", "".join(pages(busy_month(language))))
    for one in busy_month(language).lines:
        said = [one.record_id, one.instance_id, one.related_id, *one.configuration]
        assert all(re.sub(r"\s", "", part) in text for part in said)
    assert "2026-03-1015:04:05" in text
    assert {"en": "2026-03-1600:00:00to2027-03-1600:00:00", "zh": "2027-03-1600:00:00"}[
        language
    ] in text
    assert {"en": "Germany(Frankfurt)", "zh": "德国（法兰克福）"}[language] in text


@LANGUAGES
def test_an_instance_is_shown_by_its_whole_name(language):
    name = NAMES[language]
    pdf = statement_pdf(statement(line(language, instance_name=name), language=language))
    words = poppler("pdftotext", pdf, "-raw")
    assert name in words.replace("\n", "")


@LANGUAGES
def test_every_page_of_many_has_the_heads_of_the_columns_the_foot_and_its_number(language):
    whole = long_month(language)
    texts = pages(whole)
    assert len(texts) > 5
    for number, text in enumerate(texts, 1):
        for name in ("date", "item", "listed", "discount", "voucher", "charged", "rounding"):
            assert STATEMENT[name].of(language) in text
        assert whole.refund_rules in text
        page = STATEMENT["page"].of(language).format(page=number, pages=len(texts))
        assert page.replace(" ", "") in text.replace(" ", "")
    records = re.findall(r"\b2123456789\d{5}\b", "".join(texts))
    assert records == [one.record_id for one in whole.lines]
    assert "".join(texts).count("UTC+8") == 1


@pytest.mark.parametrize("count", range(8, 16))
def test_nothing_is_printed_over_the_foot_or_lost_where_a_page_ends(count):
    whole = long_month("en", count)
    assert len(rows("".join(pages(whole)), amounts=4)) == count + len(whole.subtotals) + 1
    boxes = poppler("pdftotext", statement_pdf(whole), "-bbox")
    figures = re.findall(r'yMax="([\d.]+)">−?[\d,]*\.\d\d</word>', boxes.replace(ROUNDING, ""))
    assert max(map(float, figures)) < FOOT


@LANGUAGES
def test_an_empty_month_says_so_and_is_still_a_statement(language):
    (text,) = pages(statement(language=language))
    assert STATEMENT["nothing"].of(language) in text
    assert "12,500.00" in text
    assert rows(text, amounts=5) == [[250_000, 1_000_000, 0, 0, 1_250_000]]
    assert rows(text, amounts=4) == []


@LANGUAGES
def test_a_month_that_is_not_closed_is_marked(language):
    mark = STATEMENT["may_change"].of(language)
    assert mark not in pages(statement(language=language))[0]
    assert mark in pages(statement(language=language, closed=False))[0]


@pytest.mark.parametrize(
    "name", ["<b>bold</b> & <img src='x'/>", "&lt;&#65;", "{amount} %s", "(\\) Tj ET", "]]>"]
)
def test_what_customers_wrote_is_printed_and_never_obeyed(name):
    whole = statement(
        line(instance_name=name, record_id=name, configuration=(name,), region=name),
        account_name=name,
        issuer=name,
    )
    text = poppler("pdftotext", statement_pdf(whole), "-raw").replace("\n", " ")
    assert text.count(name) >= 3


def test_a_line_break_in_a_name_begins_no_line():
    whole = statement(line(instance_name="pay\r\n\u2028ments\f\0"), account_name="Anna\nBell")
    (text,) = pages(whole)
    assert f"Purchase: pay ments {REPLACEMENT}" in text
    assert "Anna Bell" in text


def test_a_character_outside_the_typeface_is_shown_as_a_replacement():
    (text,) = pages(
        statement(line(instance_name="\U00020bb7野家 \U0001f600"), account_name="\ud800")
    )
    assert f"Purchase: {REPLACEMENT}野家 {REPLACEMENT}" in text


def test_endless_names_neither_fail_nor_leave_the_page():
    endless = "名" * 5_000
    whole = statement(
        line(instance_name=endless, record_id=endless, configuration=(endless, endless)),
        account_name=endless,
        issuer=endless,
        refund_rules=endless,
    )
    boxes = poppler("pdftotext", statement_pdf(whole), "-bbox")
    edges = [float(x) for x in re.findall(r'xMax="([\d.]+)"', boxes)]
    assert max(edges) <= 595.28 - 42 + 0.5


@LANGUAGES
def test_the_same_statement_gives_the_same_bytes(language):
    whole = busy_month(language)
    with ThreadPoolExecutor(4) as threads:
        results = set(threads.map(lambda _: statement_pdf(whole), range(8)))
    assert len(results) == 1
    later = replace(whole, issued_at=at("2026-04-03 12:00:01"))
    assert statement_pdf(later) not in results


@LANGUAGES
def test_the_file_says_what_it_is_whose_and_in_which_language(language):
    whole = busy_month(language)
    pdf = statement_pdf(whole)
    info = poppler("pdfinfo", pdf, "-isodates")
    assert f"Keylease {STATEMENT['title'].of(language)} 2026-03" in info
    assert re.search(rf"Author: +{whole.issuer}\n", info)
    assert f"{whole.account_name} ({whole.account_id})" in info
    assert re.search(r"CreationDate: +2026-04-03T12:00:00\+08", info)
    assert re.search(r"Page size: .*\(A4\)", info)
    assert {"en": b"/Lang (en)", "zh": b"/Lang (zh-CN)"}[language] in pdf


@LANGUAGES
def test_at_most_two_subsets_of_one_typeface_are_embedded(language):
    fonts = poppler("pdffonts", statement_pdf(busy_month(language))).splitlines()[2:]
    assert 1 <= len(fonts) <= 2
    for font in fonts:
        name, kind, *_ = font.split()
        assert re.fullmatch(r"[A-Z]{6}\+WenQuanYiMicroHei", name)
        assert kind == "TrueType"
        assert re.search(r"\byes\s+yes\s+yes\b", font)  # embedded, a subset, with its characters


def test_amounts_are_grouped_and_negative_ones_have_a_minus_sign():
    big = Amounts(123_456_789, 23_456_789, 0, 100_000_000)
    (text,) = pages(statement(line(amounts=big), opening_balance=0, top_ups=0))
    assert "1,234,567.89" in text
    assert "−234,567.89" in text
    assert amount_text(-100_000_000) == "-1000000.00"
    assert "−1,000,000.00" in text
