"""The audit records of changes, of all accounts or of one; and a check of the whole trail."""

from keylease.console.pages.audit import newest_changes
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Goto, Page, Visit
from keylease.records.trail_check import last_trail_check


def listed(visit: Visit, work: ConsoleWork) -> Page:
    """The newest first, a page at a time by their place in the chain."""
    account_id, operation = visit.given("account"), visit.given("operation")
    rows, onward = newest_changes(visit, work, account_id, operation)
    accounts = work.accounts.find_many(list({one.account_id for one in rows}))
    values = {"rows": rows, "onward": onward, "account": account_id, "operation": operation}
    check = last_trail_check(work.facts)
    goes_on = check is not None and check.goes_on(work.machine)
    values |= {"accounts": accounts, "check": check, "goes_on": goes_on}
    return Page("operator/audit.html", "Audit log", values)


def check(visit: Visit) -> Goto:
    """Begin a check of every chain, from its first record."""
    visit.outside.check_trail()
    return Goto("/operator/audit")
