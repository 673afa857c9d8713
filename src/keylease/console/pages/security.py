"""One's own security: another password, and where one is signed in."""

from keylease.access import sign_in as rules
from keylease.access.passwords import LENGTH_MAX, LENGTH_MIN, check_new_password, hash_password
from keylease.access.sign_in import Session
from keylease.console.pages.doing import not_found
from keylease.console.ports import ConsoleWork
from keylease.console.visit import PAGE_SIZE, Goto, Page, Visit
from keylease.core.errors import Code, Parameter, Refusal


def show(visit: Visit, work: ConsoleWork) -> Page:
    """The sessions that have not ended, and the form for another password."""
    sessions = [one for one in _sessions(visit, work) if not one.is_over(work.machine)]
    values = {
        "sessions": sessions[visit.offset : visit.offset + PAGE_SIZE],
        "total": len(sessions),
        "shortest": LENGTH_MIN,
        "longest": LENGTH_MAX,
    }
    return Page("security.html", "Password and sessions", values)


def change_password(visit: Visit) -> Goto:
    """Another password, for whoever knows the present one; every other session ends.

    A wrong one counts as it does when signing in, and makes the next one wait likewise.
    """
    user, session = visit.visitor.user, visit.visitor.session
    chosen = check_new_password(visit.form.get("new", ""))
    if chosen != visit.form.get("again", ""):
        raise Refusal(
            Code.INVALID_PARAMETER,
            "The two new passwords are not the same.",
            about=Parameter("New password again"),
        )
    _require_present(visit)
    password_hash = hash_password(chosen)

    def do(work: ConsoleWork) -> None:
        if work.sign_ins.visitor(session.digest) is None:
            raise Refusal(Code.NO_PERMISSION, "This session has ended: sign in again.")
        work.accounts.set_password(user.id, password_hash)
        work.sign_ins.end_all(user.id, but=session.digest)
        work.sign_ins.note_failures(user.name, rules.Failures())

    visit.change("ChangePassword", user.name, do, permissions=())
    return Goto(_address(visit), "The password is changed, and every other session has ended.")


def end_session(visit: Visit) -> Goto:
    """Sign out somewhere else."""

    def do(work: ConsoleWork) -> None:
        asked = visit.given("session")
        found = next((one for one in _sessions(visit, work) if one.short == asked), None)
        if found is None:
            raise not_found("There is no such session: it has ended.")
        work.sign_ins.end(found.digest)

    visit.change("EndSession", visit.visitor.user.name, do, permissions=())
    return Goto(_address(visit), "The session has ended.")


def end_others(visit: Visit) -> Goto:
    """Sign out everywhere else."""
    user, session = visit.visitor.user, visit.visitor.session
    visit.change(
        "EndSession",
        user.name,
        lambda work: work.sign_ins.end_all(user.id, but=session.digest),
        permissions=(),
    )
    return Goto(_address(visit), "Every other session has ended.")


def _require_present(visit: Visit) -> None:
    with visit.transactions.begin() as work:
        user = rules.count_try(
            work, visit.visitor.user.name, operator=visit.visitor.account is None
        )
    try:
        rules.require_password(user, visit.form.get("present", ""))
    except Refusal as refusal:
        raise Refusal(
            refusal.code, "The present password is wrong.", about=Parameter("Present password")
        ) from None


def _sessions(visit: Visit, work: ConsoleWork) -> list[Session]:
    return list(work.sign_ins.of_user(visit.visitor.user.id))


def _address(visit: Visit) -> str:
    return f"{visit.root}/security"
