"""Opening a data directory: schema, seal, and what a new deployment starts with."""

from dataclasses import dataclass, field
from pathlib import Path

from keylease.access.accounts import OPERATOR, User
from keylease.access.passwords import hash_password
from keylease.app.hardware import module_opener
from keylease.app.settings import Settings
from keylease.app.terms import load_default_terms
from keylease.billing.catalog import default_price_book_text
from keylease.core import ids
from keylease.core.clock import DAY, ClockState, MachineClock, SystemClock, movable_clock
from keylease.core.entropy import Entropy, SystemEntropy
from keylease.core.errors import Misuse
from keylease.crypto.nonces import NonceSequence
from keylease.crypto.providers import Providers
from keylease.crypto.seal import RootKey, create_seal, open_seal
from keylease.crypto.secret import SecretBytes
from keylease.crypto.software import SoftwareProvider
from keylease.custody.vault import CREDENTIALS_SCOPE, Vault
from keylease.lifecycle.jobs import RANKS
from keylease.storage.database import Database
from keylease.storage.deployment import SEAL_FINGERPRINT
from keylease.storage.engine import Store, database_url
from keylease.storage.migrate import HEAD, migrate, revision
from keylease.storage.services import Services
from keylease.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class FirstSignIn:
    """The operator's sign-in, shown once when a deployment is initialised."""

    user: str
    password: str = field(repr=False)


@dataclass
class Deployment:
    """An opened data directory."""

    settings: Settings
    machine: MachineClock
    entropy: Entropy
    nonces: NonceSequence
    store: Store
    database: Database
    first_sign_in: FirstSignIn | None = None

    @property
    def services(self) -> Services:
        """What units of work are given."""
        return self.database.services

    def passphrase(self) -> SecretBytes | None:
        """The passphrase of the seal, if it has one."""
        return passphrase_of(self.settings)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def passphrase_of(settings: Settings) -> SecretBytes | None:
    """The seal's passphrase from the settings."""
    text = settings.seal_passphrase
    return SecretBytes(text.encode()) if text else None


def open_deployment(
    settings: Settings,
    *,
    clock: str | None = None,
    may_initialise: bool = False,
    machine: MachineClock | None = None,
    entropy: Entropy | None = None,
) -> Deployment:
    """Open what is there; initialise an empty place if that is allowed.

    ``clock`` is ``real``, ``test`` or ``test=ISO`` and decides for an empty place only; a place
    keeps its kind of clock, and another kind asked for is Misuse.
    """
    machine, entropy = machine or SystemClock(), entropy or SystemEntropy()
    store = Store(database_url(settings.data, settings.database))
    try:
        _bring_up_to_date(settings, store, may_initialise=may_initialise)
        services = Services(
            machine,
            entropy,
            RANKS,
            Providers(SoftwareProvider(entropy), module_opener(settings, machine)),
            reminder_hour=settings.reminder_hour,
            renewal_hour=settings.renewal_hour,
            mail_domain=settings.mail_domain,
            exports_bills=bool(settings.export_dir),
            automatic_backups=settings.backups == "automatic",
            key_version_pause=settings.key_version_pause_days * DAY,
        )
        nonces = NonceSequence(entropy)
        database = Database(store, services)
        deployment = Deployment(settings, machine, entropy, nonces, store, database)
        _open_seal(deployment, may_initialise=may_initialise)
        if may_initialise:
            _initialise(deployment, clock)
    except BaseException:
        store.close()
        raise
    return deployment


def _bring_up_to_date(settings: Settings, store: Store, *, may_initialise: bool) -> None:
    if store.is_sqlite and not may_initialise and not store.sqlite_path.exists():
        raise _nothing_here(settings.data)
    if may_initialise:
        _make_private_directory(settings.data)
    found = revision(store)
    if found is None and not may_initialise:
        raise _nothing_here(settings.data)
    if found != HEAD:
        migrate(store)


def _nothing_here(data: Path) -> Misuse:
    return Misuse(
        "There is no deployment in {data}: start `keylease serve` once, or name another place "
        "with --data.",
        data=data,
    )


def _make_private_directory(data: Path) -> None:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)


def _open_seal(deployment: Deployment, *, may_initialise: bool) -> None:
    with deployment.database.read() as work:
        fingerprint = work.facts.get(SEAL_FINGERPRINT)
    directory, passphrase = deployment.settings.data, deployment.passphrase()
    root: RootKey
    if fingerprint is None and may_initialise and not (directory / "seal.json").exists():
        root = create_seal(directory, deployment.entropy, passphrase)
    else:
        root = open_seal(directory, passphrase, fingerprint)
    deployment.services.vault = Vault(root, deployment.entropy, deployment.nonces)


def _initialise(deployment: Deployment, clock: str | None) -> None:
    """What a new deployment starts with, in one transaction; later only what is still missing."""
    with deployment.database.begin() as work:
        found = work.clock.read(lock=True)
        wanted = _first_clock(clock, work.machine)
        if found is not None:
            if clock is not None and found.kind != wanted.kind:
                raise Misuse(
                    "This data directory keeps a {kind} clock and goes on with it: leave "
                    "out --clock, or start an empty directory.",
                    kind=found.kind,
                )
            _require_root_in_force(deployment, work)
            load_default_terms(work)
            return
        work.begin_time(wanted)
        work.facts.put(SEAL_FINGERPRINT, work.vault.root.fingerprint)
        work.price_books.add(default_price_book_text(), first=True)
        load_default_terms(work)
        work.audit.start()
        work.vault.new_scope(work.wrapping_keys, CREDENTIALS_SCOPE)
        password = ids.password(deployment.entropy)
        work.accounts.add_user(
            User(ids.uuid(deployment.entropy), "", OPERATOR, hash_password(password), work.now)
        )
    deployment.first_sign_in = FirstSignIn(OPERATOR, password)


def _require_root_in_force(deployment: Deployment, work: UnitOfWork) -> None:
    """Open the seal again if somebody else initialised or rotated since; SealMismatch."""
    fingerprint = work.facts.get(SEAL_FINGERPRINT)
    if work.vault.root.fingerprint != fingerprint:
        root = open_seal(deployment.settings.data, deployment.passphrase(), fingerprint)
        work.vault.adopt_root(root)


def _first_clock(clock: str | None, machine: float) -> ClockState:
    from keylease.app.clock import parse_moment

    if clock is None or clock == "real":
        return ClockState("real")
    if clock == "test":
        return movable_clock(int(machine), machine)
    if clock.startswith("test="):
        return movable_clock(parse_moment(clock.removeprefix("test=")), machine)
    raise Misuse("--clock takes real, test, or test=2026-01-31T10:00:00+08:00.")
