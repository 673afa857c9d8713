"""One request of somebody who has signed in, and what views answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeVar

from keylease.access.accounts import Account, Principal
from keylease.access.admission import Caller
from keylease.access.permissions import Permission
from keylease.console.languages import Text, texts_in
from keylease.console.ports import ConsoleWork, Outside, Perform, Transactions, Visitor
from keylease.core import ids
from keylease.core.errors import Code, Collision, Refusal
from keylease.records.audit import OK, AuditRecord

T = TypeVar("T")

PAGE_SIZE = 20
_DIGITS = 15

#: All that a user needs. None: it is for the account itself. Empty: for whoever has signed in.
Permissions = Sequence[Permission] | None


def whole(text: str) -> int | None:
    """A whole number that somebody wrote, or None."""
    fits = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    return int(text) if fits else None


@dataclass(frozen=True, slots=True)
class Page:
    """A template with what it shows; ``title`` is translated."""

    template: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Goto:
    """Another page, with a line that says what was done; ``done`` is translated with ``about``."""

    path: str
    done: str = ""
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Download:
    """A file: what is in it, or an open file, which is sent and closed."""

    name: str
    media_type: str
    body: bytes | BinaryIO = field(repr=False)


@dataclass(slots=True)
class Visit:
    """A request. ``path`` are the parts of its address, ``query``, ``form``, ``files`` what came.

    ``here`` is the address that shows the same page again, ``origin`` what stands before it in the
    browser; ``problem`` says why a form is shown again.
    """

    visitor: Visitor
    region: str
    language: str
    peer: str
    is_secure: bool
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str] = field(repr=False)
    lists: Mapping[str, Sequence[str]] = field(repr=False)
    transactions: Transactions = field(repr=False)
    carry_out: Perform = field(repr=False)
    outside: Outside = field(repr=False)
    here: str = ""
    origin: str = ""
    problem: Refusal | None = None
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def account(self) -> Account:
        """The account of a customer's visit."""
        if self.visitor.account is None:
            raise AssertionError("the operator has no account")
        return self.visitor.account

    @property
    def account_id(self) -> str:
        """The id of the account."""
        return self.account.id

    @property
    def caller(self) -> Caller:
        """Whose permissions decide: those of the account itself, or of one of its users."""
        principal = Principal(self.account_id, user=self.visitor.user.acts_as)
        return Caller(principal, self.region, self.peer, is_secure=self.is_secure)

    @property
    def is_user(self) -> bool:
        """Whether it is one of an account's users, not the account itself or the operator."""
        return bool(self.visitor.user.acts_as)

    @property
    def root(self) -> str:
        """Where the addresses of the console begin."""
        return "/operator" if self.visitor.account is None else "/console"

    @property
    def t(self) -> Text:
        """Translates a text into the language of the visit."""
        return texts_in(self.language)

    @property
    def page_number(self) -> int:
        """The page of a list, from 1."""
        return max(1, whole(self.query.get("page", "")) or 1)

    @property
    def offset(self) -> int:
        """How many rows of a list come before its page."""
        return (self.page_number - 1) * PAGE_SIZE

    def given(self, name: str, default: str = "") -> str:
        """A field of the form, or of the address, without outer blanks."""
        return (self.form.get(name) or self.query.get(name) or default).strip()

    def perform(self, operation: str, **values: str) -> Mapping[str, Any]:
        """Carry out an operation of the API in the visit's region; Refusal.

        Values that are empty are left out.
        """
        return self.perform_exactly(
            operation, {name: value for name, value in values.items() if value != ""}
        )

    def perform_exactly(self, operation: str, values: Mapping[str, str]) -> Mapping[str, Any]:
        """As `perform`, for an operation to which an empty value says something."""
        return self.carry_out(self.caller, operation, values)

    def change(
        self,
        operation: str,
        resource: str | Callable[[T], str],
        do: Callable[[ConsoleWork], T],
        concerns: str = "",
        permissions: Permissions = None,
    ) -> T:
        """What ``do`` returns, in a unit of work of its own that is on record as ``operation``.

        ``resource``: what it was done to, or how to tell from what ``do`` returns. ``concerns`` is
        the account for which the operator does it. ``permissions`` are what a user needs for it.
        A collision with another transaction is tried once more; Refusal.
        """

        def change() -> T:
            with self.transactions.begin() as work:
                self.require(permissions, work)
                done = do(work)
                about = resource if isinstance(resource, str) else resource(done)
                work.audit.append([self._record(work, operation, about, concerns)])
            return done

        try:
            return change()
        except Collision:
            return change()

    def require(self, permissions: Permissions, work: ConsoleWork) -> None:
        """Refuse with Forbidden.NoPermission what policies do not allow the user.

        Without permissions it is for the account itself and for the operator, who need none.
        """
        if not self.is_user:
            return
        if permissions is None:
            raise Refusal(
                Code.NO_PERMISSION,
                "This is for the account itself, and not for its users.",
            )
        self.outside.require(self.caller, permissions, work)

    def allows(self, permissions: Permissions, work: ConsoleWork) -> bool:
        """Whether `require` would pass, for parts of a page."""
        try:
            self.require(permissions, work)
        except Refusal:
            return False
        return True

    def _record(
        self, work: ConsoleWork, operation: str, resource: str, concerns: str
    ) -> AuditRecord:
        account = self.visitor.account
        return AuditRecord(
            at=work.now,
            machine=work.machine,
            request_id=ids.uuid(work.entropy),
            account_id=concerns if account is None else account.id,
            principal=self.caller.principal.arn if account else self.visitor.user.name,
            access_key_id="console",
            operation=operation,
            region=self.region,
            resource=resource,
            outcome=OK,
            peer=self.peer,
        )


#: What shows a page, read in one unit of work.
Show = Callable[[Visit, ConsoleWork], Page | Download]

#: What does something, and says where to go on.
Act = Callable[[Visit], Goto | Page]
