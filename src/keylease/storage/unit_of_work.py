"""The unit of work: one transaction, one moment, every store.

It fits every port of the rules (`CustodyWork`, `BillingWork`, `lifecycle.Work`), so that rules
never see a database. What it changed is told to every node after the commit.
"""

from functools import cached_property

from sqlalchemy import Connection

from keylease.core.clock import ClockState
from keylease.core.entropy import Entropy
from keylease.crypto.providers import Providers
from keylease.custody.vault import Vault
from keylease.storage.accounts import SqlAccounts
from keylease.storage.agenda import SqlAgenda
from keylease.storage.applications import SqlApplications
from keylease.storage.audit_trail import SqlAuditTrail
from keylease.storage.backups import SqlBackups, SqlContents
from keylease.storage.bill_exports import SqlBillSubscriptions
from keylease.storage.bill_views import SqlBillViews
from keylease.storage.bills import SqlBills
from keylease.storage.books import SqlBooks
from keylease.storage.calendar_feeds import SqlCalendarFeeds
from keylease.storage.call_log import SqlCallLog
from keylease.storage.data_keys import SqlDataKeys
from keylease.storage.deployment import SqlChanges, SqlClock, SqlFacts, SqlNodes, SqlNonces
from keylease.storage.instances import SqlInstances
from keylease.storage.journal import SqlJournal
from keylease.storage.keys import SqlAliases, SqlKeys, SqlWrappingKeys
from keylease.storage.ledger import SqlLedger
from keylease.storage.legal_texts import SqlLegalTexts
from keylease.storage.letters import SqlLetters
from keylease.storage.orders import SqlClientTokens, SqlOrders, SqlRenewalSettings
from keylease.storage.plans import SqlPlans
from keylease.storage.price_books import SqlPriceBooks
from keylease.storage.ram import SqlRam
from keylease.storage.rate_demands import SqlRateDemands
from keylease.storage.search import SqlSearch
from keylease.storage.secrets import SqlRotationTargets, SqlSecrets
from keylease.storage.services import Services
from keylease.storage.sharing import SqlSharing
from keylease.storage.sign_ins import SqlSignIns
from keylease.storage.statements import SqlStatements
from keylease.storage.subscriptions import SqlSubscriptions
from keylease.storage.tags import SqlTags
from keylease.storage.tickets import SqlTickets
from keylease.storage.totals import SqlTotals
from keylease.storage.usage import SqlUsage
from keylease.storage.vouchers import SqlVouchers
from keylease.storage.webhooks import SqlWebhooks


class UnitOfWork:
    """Made by `Database.begin` and `Database.read`."""

    def __init__(
        self, connection: Connection, clock: ClockState, machine: float, services: Services
    ) -> None:
        self.connection = connection
        self.clock_state = clock
        self.machine = machine
        self.now = clock.now(machine)
        self.services = services
        self.changes_made: list[tuple[str, str]] = []

    def begin_time(self, clock: ClockState) -> None:
        """Write down the first clock of a new deployment, and go by it from here on."""
        self.clock.write(clock, first=True)
        self.clock_state, self.now = clock, clock.now(self.machine)

    @property
    def entropy(self) -> Entropy:
        """The source of chance."""
        return self.services.entropy

    @property
    def vault(self) -> Vault:
        """The hierarchy of keys at rest."""
        return self.services.require_vault()

    @property
    def providers(self) -> Providers:
        """Who makes keys and works with them."""
        return self.services.providers

    @property
    def hardware_available(self) -> bool:
        """Whether hardware instances can be sold: a PKCS#11 module is configured."""
        return self.services.providers.offers_hardware

    @property
    def hardware_is_there(self) -> bool:
        """Whether the hardware module is there, as far as this process has noticed."""
        return self.services.providers.has_hardware_now

    @property
    def key_version_pause(self) -> int:
        """Seconds between two versions of an asymmetric key that its owner asks for."""
        return self.services.key_version_pause

    @property
    def automatic_backups(self) -> bool:
        """Whether software instances are backed up by themselves."""
        return self.services.automatic_backups

    @property
    def reminder_hour(self) -> int:
        """The hour, UTC+8, at which reminders are due."""
        return self.services.reminder_hour

    @property
    def renewal_hour(self) -> int:
        """The hour, UTC+8, of attempts to renew automatically."""
        return self.services.renewal_hour

    @property
    def mail_domain(self) -> str:
        """The right side of the Message-IDs of letters."""
        return self.services.mail_domain

    @property
    def ca_chain_pem(self) -> str:
        """The chain of the private CA, or empty."""
        return self.services.ca_chain_pem

    @property
    def exports_bills(self) -> bool:
        """Whether bills are written as files: a directory for them is set."""
        return self.services.exports_bills

    def changed(self, kind: str, subject: str) -> None:
        """Tell every node after the commit that what it remembers of this is old."""
        self.changes_made.append((kind, subject))

    @cached_property
    def facts(self) -> SqlFacts:
        """Facts about the deployment."""
        return SqlFacts(self.connection)

    @cached_property
    def clock(self) -> SqlClock:
        """The stored clock."""
        return SqlClock(self.connection)

    @cached_property
    def nodes(self) -> SqlNodes:
        """The nodes."""
        return SqlNodes(self.connection)

    @cached_property
    def change_log(self) -> SqlChanges:
        """The log of changes."""
        return SqlChanges(self.connection)

    @cached_property
    def nonces(self) -> SqlNonces:
        """Nonces of changing calls."""
        return SqlNonces(self.connection)

    @cached_property
    def accounts(self) -> SqlAccounts:
        """Accounts, users, access keys."""
        return SqlAccounts(self.connection)

    @cached_property
    def calendar_feeds(self) -> SqlCalendarFeeds:
        """With what calendar programs read calendars."""
        return SqlCalendarFeeds(self.connection)

    @cached_property
    def sign_ins(self) -> SqlSignIns:
        """Who has signed in to a console."""
        return SqlSignIns(self.connection)

    @cached_property
    def ram(self) -> SqlRam:
        """Users, groups, roles, policies, their access keys and sessions."""
        return SqlRam(self.connection)

    @cached_property
    def sharing(self) -> SqlSharing:
        """Which accounts keys and secrets are shared with."""
        return SqlSharing(self.connection)

    @cached_property
    def instances(self) -> SqlInstances:
        """Instances."""
        return SqlInstances(self.connection)

    @cached_property
    def keys(self) -> SqlKeys:
        """Keys and versions."""
        return SqlKeys(self.connection)

    @cached_property
    def aliases(self) -> SqlAliases:
        """Aliases of keys."""
        return SqlAliases(self.connection)

    @cached_property
    def secrets(self) -> SqlSecrets:
        """Secrets and their versions."""
        return SqlSecrets(self.connection)

    @cached_property
    def rotation_targets(self) -> SqlRotationTargets:
        """Where the secrets of databases are rotated."""
        return SqlRotationTargets(self.connection)

    @cached_property
    def tags(self) -> SqlTags:
        """Tags of keys, secrets and instances."""
        return SqlTags(self.connection)

    @cached_property
    def applications(self) -> SqlApplications:
        """Network rules, permission policies, access points, client keys."""
        return SqlApplications(self.connection)

    @cached_property
    def wrapping_keys(self) -> SqlWrappingKeys:
        """Wrapping keys."""
        return SqlWrappingKeys(self.connection)

    @cached_property
    def backups(self) -> SqlBackups:
        """Backups and their parts."""
        return SqlBackups(self.connection)

    @cached_property
    def backup_contents(self) -> SqlContents:
        """The contents of instances, in bulk."""
        return SqlContents(self.connection)

    @cached_property
    def orders(self) -> SqlOrders:
        """Orders and terms."""
        return SqlOrders(self.connection)

    @cached_property
    def ledger(self) -> SqlLedger:
        """The ledger."""
        return SqlLedger(self.connection)

    @cached_property
    def books(self) -> SqlBooks:
        """The questions of the books' check."""
        return SqlBooks(self.connection)

    @cached_property
    def journal(self) -> SqlJournal:
        """The ledger, read out."""
        return SqlJournal(self.connection)

    @cached_property
    def statements(self) -> SqlStatements:
        """Accounts' transactions, read from the ledger."""
        return SqlStatements(self.connection)

    @cached_property
    def vouchers(self) -> SqlVouchers:
        """Vouchers."""
        return SqlVouchers(self.connection)

    @cached_property
    def tickets(self) -> SqlTickets:
        """Tickets and their messages."""
        return SqlTickets(self.connection)

    @cached_property
    def bills(self) -> SqlBills:
        """Bill lines and what they add up to."""
        return SqlBills(self.connection, self.agenda)

    @cached_property
    def bill_subscriptions(self) -> SqlBillSubscriptions:
        """Subscriptions to bills as files."""
        return SqlBillSubscriptions(self.connection)

    @cached_property
    def bill_views(self) -> SqlBillViews:
        """Bills, to read."""
        return SqlBillViews(self.connection)

    @cached_property
    def usage(self) -> SqlUsage:
        """What was used, by the minute and by the day."""
        return SqlUsage(self.connection)

    @cached_property
    def call_log(self) -> SqlCallLog:
        """The entries of log analysis."""
        return SqlCallLog(self.connection)

    @cached_property
    def data_keys(self) -> SqlDataKeys:
        """Managed data keys."""
        return SqlDataKeys(self.connection)

    @cached_property
    def rate_demands(self) -> SqlRateDemands:
        """What nodes are asked for."""
        return SqlRateDemands(self.connection)

    @cached_property
    def legal_texts(self) -> SqlLegalTexts:
        """The texts that customers accept."""
        return SqlLegalTexts(self.connection, self.now)

    @cached_property
    def client_tokens(self) -> SqlClientTokens:
        """First answers to client tokens."""
        return SqlClientTokens(self.connection, self.now)

    @cached_property
    def price_books(self) -> SqlPriceBooks:
        """Price books."""
        return SqlPriceBooks(self.connection, self.now, self.services.parsed_books)

    @cached_property
    def renewal_settings(self) -> SqlRenewalSettings:
        """Renewal settings."""
        return SqlRenewalSettings(self.connection)

    @cached_property
    def subscriptions(self) -> SqlSubscriptions:
        """Lists of subscriptions."""
        return SqlSubscriptions(self.connection)

    @cached_property
    def search(self) -> SqlSearch:
        """Resources by id or name."""
        return SqlSearch(self.connection, self.now)

    @cached_property
    def plans(self) -> SqlPlans:
        """What is planned for keys and secrets."""
        return SqlPlans(self.connection)

    @cached_property
    def totals(self) -> SqlTotals:
        """How much there is."""
        return SqlTotals(self.connection)

    @cached_property
    def agenda(self) -> SqlAgenda:
        """The agenda."""
        return SqlAgenda(self.connection, self.now, self.services.ranks)

    @cached_property
    def letters(self) -> SqlLetters:
        """Letters."""
        return SqlLetters(self.connection, self.webhooks.tell)

    @cached_property
    def webhooks(self) -> SqlWebhooks:
        """Who is told of events, besides the letters."""
        return SqlWebhooks(self.connection, self.now)

    @cached_property
    def audit(self) -> SqlAuditTrail:
        """The chain of changing calls."""
        return SqlAuditTrail(self.connection)
