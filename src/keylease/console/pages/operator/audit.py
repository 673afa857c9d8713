"""The audit records of changes, of all accounts or of one."""

from keylease.console.pages.audit import newest_changes
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Page, Visit


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The newest first, a page at a time by their place in the chain."""
    account_id, operation = visit.given("account"), visit.given("operation")
    rows, onward = newest_changes(visit, work, account_id, operation)
    accounts = work.accounts.find_many(list({one.account_id for one in rows}))
    values = {"rows": rows, "onward": onward, "account": account_id, "operation": operation}
    values |= {"accounts": accounts}
    return Page("operator/audit.html", "Audit log", values)
