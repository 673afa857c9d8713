"""Files of a month's bill: the month in an address, the longest file, the statement as PDF."""

from keylease.billing.bills.months import is_month
from keylease.billing.bills.ports import LineFilter
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Download, Visit
from keylease.core.errors import Code, Refusal
from keylease.documents.texts import Language
from keylease.lifecycle.statements import statement_of

#: A file with more lines is made in the background.
LINES_MAX = 50_000


def month_in(visit: Visit) -> str:
    """The month in the address; Refusal."""
    named = visit.path["month"]
    if not is_month(named):
        raise Refusal(Code.RESOURCE_NOT_FOUND, "A month is written like 2026-01.")
    return named


def statement(visit: Visit, work: ConsoleWork) -> Download:
    """A month's statement as PDF, in the language of the visit."""
    from keylease.documents.statement_pdf import statement_pdf  # slow to import

    month = month_in(visit)
    _require_short(work, LineFilter(visit.account_id, month))
    language: Language = "zh" if visit.language == "zh" else "en"
    made = statement_of(work, visit.account, month, language)
    name = f"{visit.account_id}_MonthBill_{month.replace('-', '')}.pdf"
    return Download(name, "application/pdf", statement_pdf(made))


def _require_short(work: ConsoleWork, chosen: LineFilter) -> None:
    if work.bill_views.count(chosen) > LINES_MAX:
        raise Refusal(
            Code.LIMIT_EXCEEDED, "The month is too long for a statement: export its lines."
        )
