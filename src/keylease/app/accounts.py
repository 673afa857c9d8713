"""Making accounts, access keys and money for them: the operator's side."""

from dataclasses import dataclass, field

from keylease.access.accounts import (
    LANGUAGES,
    STORAGE_SERVICE,
    Account,
    User,
    check_account_name,
    check_currency,
    check_email,
)
from keylease.access.admission import SHARED_SERVICE
from keylease.access.passwords import hash_password
from keylease.access.sign_in import Failures
from keylease.app.deployment import Deployment
from keylease.app.operator_audit import audit_operator
from keylease.billing.ledger.model import cash
from keylease.core import ids
from keylease.core.errors import Misuse
from keylease.core.money import positive_amount
from keylease.custody.access_keys import add_access_key
from keylease.custody.keys.creation import ensure_service_key, is_service_name
from keylease.lifecycle.topping_up import add_funds
from keylease.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A new account with its first access key and sign-in, both shown once."""

    account: Account
    access_key_id: str
    access_key_secret: str = field(repr=False)
    console_user: str
    console_password: str = field(repr=False)


def create_account(
    deployment: Deployment, name: str, email: str = "", language: str = "en", currency: str = "USD"
) -> NewAccount:
    """A new account, usable at once, with the key management service opened. Misuse."""
    check_account_name(name)
    check_email(email)
    check_currency(currency)
    if language not in LANGUAGES:
        raise Misuse(
            "{language!r} is not a language offered: use {offered}.",
            language=language,
            offered=" or ".join(LANGUAGES),
        )
    password = ids.password(deployment.entropy)
    password_hash = hash_password(password)
    with deployment.database.begin() as work:
        if work.accounts.by_name(name) is not None:
            raise Misuse("There is an account {name!r} already: choose another name.", name=name)
        account = Account(
            ids.account_id(work.entropy), name, email, language, currency, work.now, work.now
        )
        work.accounts.add(account)
        work.accounts.add_user(
            User(ids.uuid(work.entropy), account.id, name, password_hash, work.now)
        )
        key_id, secret = add_access_key(work, account.id)
        ensure_service_key(work, account.id, deployment.settings.default_region, SHARED_SERVICE)
        audit_operator(work, "account create", account.id, account.id)
    return NewAccount(account, key_id, secret, name, password)


def new_password(deployment: Deployment, name: str) -> str:
    """A new password for who signs in with a name; their sessions end. Misuse."""
    password = ids.password(deployment.entropy)
    password_hash = hash_password(password)
    with deployment.database.begin() as work:
        user = work.sign_ins.user(name)
        if user is None:
            raise Misuse("Nobody signs in as {name!r}: see `keylease account list`.", name=name)
        work.accounts.set_password(user.id, password_hash)
        work.sign_ins.end_all(user.id)
        work.sign_ins.note_failures(name, Failures())
        audit_operator(work, "account password", name, user.account_id)
    return password


def create_service_key(
    deployment: Deployment, account: str, service: str = STORAGE_SERVICE
) -> tuple[str, str]:
    """An access key with which a service acts for an account; id and secret. Misuse."""
    if not is_service_name(service):
        raise Misuse(
            "{service!r} is no name for a service: it takes 1 to 32 lower case letters, digits "
            "and '-', and begins with a letter.",
            service=service,
        )
    with deployment.database.begin() as work:
        found = find_account(work, account)
        key_id, secret = add_access_key(work, found.id, service=service)
        audit_operator(work, "account service-key", key_id, found.id)
    return key_id, secret


def credit(deployment: Deployment, account: str, amount: str, note: str = "") -> int:
    """Put money into an account's balance; the balance afterwards, in minor units. Misuse."""
    minor = positive_amount(amount)
    with deployment.database.begin() as work:
        found = find_account(work, account)
        reference, balance = add_funds(work, found.id, minor, note)
        audit_operator(work, "account credit", reference, found.id)
    return balance


def balance_of(work: UnitOfWork, account: Account) -> int:
    """What an account can spend, in minor units."""
    return work.ledger.balance(cash(account.id), account.currency)


def find_account(work: UnitOfWork, name: str) -> Account:
    """The account with this id or name; Misuse."""
    found = work.accounts.find(name) or work.accounts.by_name(name)
    if found is None:
        raise Misuse("There is no account {name!r}: see `keylease account list`.", name=name)
    return found
