"""Every address of the consoles, and what answers there."""

from dataclasses import dataclass

from keylease.access.ram.model import TargetKind
from keylease.console.pages import (
    access,
    access_points,
    audit,
    backups,
    buying,
    by_use,
    calendar,
    calendar_feed,
    client_keys,
    data_keys,
    expenses,
    instance_changes,
    instances,
    key_changes,
    key_creation,
    key_import,
    key_page,
    key_trial,
    keys,
    logs,
    network_rules,
    overview,
    paying,
    permission_policies,
    renewing,
    search,
    secret_changes,
    secrets,
    security,
    services,
    terms,
    upgrading,
)
from keylease.console.pages import operator as operators
from keylease.console.visit import Act, Show


@dataclass(frozen=True, slots=True)
class View:
    """A page: it is read, and changes nothing."""

    path: str
    show: Show


@dataclass(frozen=True, slots=True)
class Action:
    """What a form does. If it is refused, ``back`` is shown again and says why."""

    path: str
    act: Act
    back: View


Routes = tuple[View | Action, ...]

_INSTANCE = View("/instances/{instance_id}", instances.details)
_INSTANCES: Routes = (
    View("/instances", instances.listed),
    _INSTANCE,
    Action("/instances/{instance_id}/enable", instances.enable, _INSTANCE),
    Action("/instances/{instance_id}/rename", instances.rename, _INSTANCE),
    Action("/instances/{instance_id}/protection", instances.protect, _INSTANCE),
    Action("/instances/{instance_id}/networks", instance_changes.bind, _INSTANCE),
    Action("/instances/{instance_id}/networks/delete", instance_changes.unbind, _INSTANCE),
    Action("/instances/{instance_id}/release", instance_changes.release, _INSTANCE),
)

_KEY_LIST = View("/keys", keys.listed)
_NEW_KEY = View("/keys/create", key_creation.form)
_KEY = View("/keys/{key_id}", key_page.show)
_KEYS: Routes = (
    _KEY_LIST,
    _NEW_KEY,
    _KEY,
    View("/keys/data-keys/versions", data_keys.versions),
    Action("/keys/create", key_creation.create, _NEW_KEY),
    Action("/keys/default", key_creation.create_default, _KEY_LIST),
    Action("/keys/{key_id}/enable", key_changes.enable, _KEY),
    Action("/keys/{key_id}/disable", key_changes.disable, _KEY),
    Action("/keys/{key_id}/describe", key_changes.describe, _KEY),
    Action("/keys/{key_id}/protection", key_changes.protect, _KEY),
    Action("/keys/{key_id}/delete", key_changes.schedule_deletion, _KEY),
    Action("/keys/{key_id}/keep", key_changes.cancel_deletion, _KEY),
    Action("/keys/{key_id}/rotate", key_changes.rotate, _KEY),
    Action("/keys/{key_id}/rotation", key_changes.set_rotation, _KEY),
    Action("/keys/{key_id}/aliases", key_changes.add_alias, _KEY),
    Action("/keys/{key_id}/aliases/delete", key_changes.delete_alias, _KEY),
    Action("/keys/{key_id}/aliases/point", key_changes.point_alias, _KEY),
    Action("/keys/{key_id}/tags", key_changes.add_tag, _KEY),
    Action("/keys/{key_id}/tags/delete", key_changes.remove_tag, _KEY),
    Action("/keys/{key_id}/policy", key_changes.set_policy, _KEY),
    Action("/keys/{key_id}/import/parameters", key_import.get_parameters, _KEY),
    Action("/keys/{key_id}/import", key_import.import_material, _KEY),
    Action("/keys/{key_id}/import/delete", key_import.delete_material, _KEY),
    Action("/keys/{key_id}/encrypt", key_trial.encrypt, _KEY),
    Action("/keys/{key_id}/decrypt", key_trial.decrypt, _KEY),
    Action("/keys/{key_id}/asymmetric-encrypt", key_trial.encrypt_for, _KEY),
    Action("/keys/{key_id}/asymmetric-decrypt", key_trial.decrypt_with, _KEY),
    Action("/keys/{key_id}/mac", key_trial.authenticate, _KEY),
    Action("/keys/{key_id}/mac/verify", key_trial.check, _KEY),
    Action("/keys/{key_id}/sign", key_trial.sign, _KEY),
    Action("/keys/{key_id}/verify", key_trial.verify, _KEY),
)

_SECRET = View("/secrets/{name:path}", secrets.details)
_BACKUPS = View("/backups", backups.listed)
_CREATE_SECRET = View("/secrets/create", secrets.create)
_SECRETS: Routes = (
    View("/secrets", secrets.listed),
    _CREATE_SECRET,
    _SECRET,
    Action("/secrets/create", secret_changes.create, _CREATE_SECRET),
    Action("/secrets/create/password", secret_changes.new_with_password, _CREATE_SECRET),
    Action("/secrets/add-version/password", secret_changes.version_with_password, _SECRET),
    Action("/secrets/tags", secret_changes.add_tag, _SECRET),
    Action("/secrets/tags/delete", secret_changes.remove_tag, _SECRET),
    Action("/secrets/reveal", secret_changes.reveal, _SECRET),
    Action("/secrets/add-version", secret_changes.add_version, _SECRET),
    Action("/secrets/make-current", secret_changes.make_current, _SECRET),
    Action("/secrets/rotate", secret_changes.rotate, _SECRET),
    Action("/secrets/rotation", secret_changes.set_rotation, _SECRET),
    Action("/secrets/description", secret_changes.describe, _SECRET),
    Action("/secrets/policy", secret_changes.set_policy, _SECRET),
    Action("/secrets/delete", secret_changes.delete, _SECRET),
    Action("/secrets/restore", secret_changes.restore, _SECRET),
    _BACKUPS,
    Action("/backups", backups.create, _BACKUPS),
    Action("/backups/{backup_id}/restore", backups.restore, _BACKUPS),
    Action("/backups/{backup_id}/delete", backups.delete, _BACKUPS),
)

_NETWORK_RULES = View("/network-rules", network_rules.listed)
_POLICIES = View("/policies", permission_policies.listed)
_NETWORK_RULE = View("/network-rules/{name}", network_rules.details)
_POLICY = View("/policies/{name}", permission_policies.details)
_ACCESS_POINTS = View("/access-points", access_points.listed)
_ACCESS_POINT = View("/access-points/{name}", access_points.details)
_APPLICATIONS: Routes = (
    _NETWORK_RULES,
    Action("/network-rules", network_rules.create, _NETWORK_RULES),
    _NETWORK_RULE,
    Action("/network-rules/{name}", network_rules.update, _NETWORK_RULE),
    Action("/network-rules/{name}/delete", network_rules.delete, _NETWORK_RULE),
    _POLICIES,
    Action("/policies", permission_policies.create, _POLICIES),
    _POLICY,
    Action("/policies/{name}", permission_policies.update, _POLICY),
    Action("/policies/{name}/delete", permission_policies.delete, _POLICY),
    _ACCESS_POINTS,
    _ACCESS_POINT,
    Action("/access-points", access_points.create, _ACCESS_POINTS),
    Action("/access-points/{name}", access_points.update, _ACCESS_POINT),
    Action("/access-points/{name}/delete", access_points.delete, _ACCESS_POINT),
    Action("/access-points/{name}/client-keys", client_keys.create, _ACCESS_POINT),
    Action("/access-points/{name}/client-keys/delete", client_keys.delete, _ACCESS_POINT),
)

_SUBSCRIPTION = View("/buy/subscription", buying.subscription)
_SERVICE = View("/buy/service", services.choose)
_BY_USE = View("/buy/pay-as-you-go/confirm", by_use.confirm)
_RENEW = View("/instances/{instance_id}/renew", renewing.show)
_AUTO_RENEWAL = View("/instances/{instance_id}/auto-renewal", renewing.show_automatic)
_UPGRADE = View("/instances/{instance_id}/upgrade", upgrading.show)
_PAY = View("/orders/{order_id}/pay", paying.show)
_BUYING: Routes = (
    View("/buy", buying.choose),
    _SUBSCRIPTION,
    Action("/buy/subscription", buying.order, _SUBSCRIPTION),
    View("/buy/pay-as-you-go", by_use.show),
    View("/buy/trial", by_use.show_trial),
    _SERVICE,
    Action("/buy/service", services.order, _SERVICE),
    _BY_USE,
    Action("/buy/pay-as-you-go/confirm", by_use.buy, _BY_USE),
    _RENEW,
    Action("/instances/{instance_id}/renew", renewing.order, _RENEW),
    _AUTO_RENEWAL,
    Action("/instances/{instance_id}/auto-renewal", renewing.set_automatic, _AUTO_RENEWAL),
    _UPGRADE,
    Action("/instances/{instance_id}/upgrade", upgrading.order, _UPGRADE),
    _PAY,
    Action("/orders/{order_id}/pay", paying.pay, _PAY),
    Action("/orders/{order_id}/cancel", paying.cancel, _PAY),
    View("/terms", terms.show),
)

_UNSUBSCRIBE = View("/expenses/unsubscribe/{instance_id}", expenses.unsubscribe.preview)
_PENDING_RENEWAL = View(
    "/expenses/unsubscribe/{instance_id}/renewals/{renewal_id}",
    expenses.unsubscribe.preview_renewal,
)
_ORDER = View("/expenses/orders/{order_id}", expenses.orders.details)
_EXPORTS = View("/expenses/exports", expenses.exports.show)
_SUBSCRIPTIONS = View("/expenses/exports/subscriptions", expenses.subscriptions.listed)
_RENEWALS = View("/expenses/renewals", expenses.renewals.listed)
_TICKETS = View("/expenses/tickets", expenses.tickets.listed)
_TICKET = View("/expenses/tickets/{ticket_id}", expenses.tickets.details)
_EXPENSES: Routes = (
    View("/expenses", expenses.account.show),
    View("/expenses/orders", expenses.orders.listed),
    _ORDER,
    Action("/expenses/orders/{order_id}/cancel", expenses.orders.cancel, _ORDER),
    View("/expenses/transactions", expenses.transactions.listed),
    View("/expenses/bills", expenses.bills.listed),
    View("/expenses/bills/{month}", expenses.bills.month),
    View("/expenses/bills/{month}/statement.pdf", expenses.bill_files.statement),
    View("/expenses/bills/{month}/{by}.csv", expenses.exports.of_month),
    View("/expenses/orders.csv", expenses.exports.of_orders),
    View("/expenses/transactions.csv", expenses.exports.of_transactions),
    _EXPORTS,
    Action("/expenses/exports", expenses.exports.begin, _EXPORTS),
    View("/expenses/exports/file.csv", expenses.exports.file),
    _SUBSCRIPTIONS,
    Action(_SUBSCRIPTIONS.path, expenses.subscriptions.subscribe, _SUBSCRIPTIONS),
    Action(
        "/expenses/exports/subscriptions/delete",
        expenses.subscriptions.unsubscribe,
        _SUBSCRIPTIONS,
    ),
    View("/expenses/usage", expenses.usage.listed),
    View("/expenses/services", services.listed),
    _RENEWALS,
    Action("/expenses/renewals", expenses.renewals.set_mode, _RENEWALS),
    View("/expenses/unsubscribe", expenses.unsubscribe.listed),
    _UNSUBSCRIBE,
    Action(_UNSUBSCRIBE.path, expenses.unsubscribe.unsubscribe, _UNSUBSCRIBE),
    _PENDING_RENEWAL,
    Action(_PENDING_RENEWAL.path, expenses.unsubscribe.cancel_renewal, _PENDING_RENEWAL),
    _TICKETS,
    Action("/expenses/tickets", expenses.tickets.open_new, _TICKETS),
    _TICKET,
    Action("/expenses/tickets/{ticket_id}/reply", expenses.tickets.reply, _TICKET),
    Action("/expenses/tickets/{ticket_id}/close", expenses.tickets.close, _TICKET),
)

_CALENDAR_PAGE = View("/calendar", calendar.show)
_USERS = View("/access/users", access.users.listed)
_USER = View("/access/users/{user}", access.users.details)
_GROUPS = View("/access/groups", access.groups.listed)
_GROUP = View("/access/groups/{group}", access.groups.details)
_ROLES = View("/access/roles", access.roles.listed)
_ROLE = View("/access/roles/{role}", access.roles.details)
_RAM_POLICIES = View("/access/policies", access.policies.listed)
_RAM_POLICY = View("/access/policies/{policy}", access.policies.details)
_ACCESS_KEYS = View("/access/access-keys", access.access_keys.listed)


def _granting(kind: TargetKind, view: View) -> Routes:
    """Attaching policies to what the view shows."""
    return (
        Action(f"{view.path}/attach", access.granting.attach_to(kind), view),
        Action(f"{view.path}/detach", access.granting.detach_from(kind), view),
    )


def _signing(path: str, view: View) -> Routes:
    """The access keys that the view shows."""
    return (
        Action(path, access.access_keys.create, view),
        Action(f"{path}/enable", access.access_keys.enable, view),
        Action(f"{path}/disable", access.access_keys.disable, view),
        Action(f"{path}/delete", access.access_keys.delete, view),
    )


_ACCESS: Routes = (
    _USERS,
    _USER,
    Action(_USERS.path, access.users.create, _USERS),
    Action(f"{_USER.path}/delete", access.users.delete, _USER),
    Action(f"{_USER.path}/password", access.users.set_password, _USER),
    Action(f"{_USER.path}/password/remove", access.users.remove_password, _USER),
    *_granting(TargetKind.USER, _USER),
    *_signing(f"{_USER.path}/access-keys", _USER),
    _GROUPS,
    _GROUP,
    Action(_GROUPS.path, access.groups.create, _GROUPS),
    Action(f"{_GROUP.path}/add", access.groups.add_member, _GROUP),
    Action(f"{_GROUP.path}/remove", access.groups.remove_member, _GROUP),
    Action(f"{_GROUP.path}/delete", access.groups.delete, _GROUP),
    *_granting(TargetKind.GROUP, _GROUP),
    _ROLES,
    _ROLE,
    Action(_ROLES.path, access.roles.create, _ROLES),
    Action(f"{_ROLE.path}/delete", access.roles.delete, _ROLE),
    *_granting(TargetKind.ROLE, _ROLE),
    _RAM_POLICIES,
    _RAM_POLICY,
    Action(_RAM_POLICIES.path, access.policies.create, _RAM_POLICIES),
    Action(_RAM_POLICY.path, access.policies.update, _RAM_POLICY),
    Action(f"{_RAM_POLICY.path}/delete", access.policies.delete, _RAM_POLICY),
    _ACCESS_KEYS,
    *_signing(_ACCESS_KEYS.path, _ACCESS_KEYS),
)

_OWN = View("/security", security.show)
_SECURITY: Routes = (
    _OWN,
    Action("/security/password", security.change_password, _OWN),
    Action("/security/sessions/end", security.end_session, _OWN),
    Action("/security/sessions/end-others", security.end_others, _OWN),
)

_CALENDAR: Routes = (
    _CALENDAR_PAGE,
    Action("/calendar/feed", calendar_feed.make, _CALENDAR_PAGE),
    Action("/calendar/feed/remove", calendar_feed.remove, _CALENDAR_PAGE),
    View("/calendar.ics", calendar.download),
    View("/audit", audit.listed),
    View("/audit.csv", audit.export),
    View("/logs", logs.listed),
    View("/logs.csv", logs.export),
    View("/search", search.show),
)

#: Below ``/console``.
CUSTOMER: Routes = (
    View("/", overview.show),
    *_INSTANCES,
    *_KEYS,
    *_SECRETS,
    *_APPLICATIONS,
    *_BUYING,
    *_EXPENSES,
    *_ACCESS,
    *_CALENDAR,
    *_SECURITY,
)

_ACCOUNT = View("/accounts/{account_id}", operators.accounts.details)
_TICKET = View("/tickets/{ticket_id}", operators.tickets.details)
_PRICES = View("/prices", operators.prices.listed)
_TRAIL = View("/audit", operators.audit.listed)
_BOOKS = View("/books", operators.books.show)
_CLOCK = View("/clock", operators.clock.show)

#: Below ``/operator``.
OPERATOR: Routes = (
    View("/", operators.overview.show),
    View("/accounts", operators.accounts.listed),
    _ACCOUNT,
    Action("/accounts/{account_id}/credit", operators.accounts.credit, _ACCOUNT),
    Action("/accounts/{account_id}/voucher", operators.accounts.grant, _ACCOUNT),
    View("/tickets", operators.tickets.listed),
    _TICKET,
    Action("/tickets/{ticket_id}/answer", operators.tickets.answer, _TICKET),
    Action("/tickets/{ticket_id}/refuse", operators.tickets.refuse, _TICKET),
    Action("/tickets/{ticket_id}/approve", operators.tickets.approve, _TICKET),
    View("/letters", operators.letters.listed),
    _PRICES,
    Action("/prices/preview", operators.prices.preview, _PRICES),
    Action("/prices/load", operators.prices.load, _PRICES),
    View("/prices/{version}", operators.prices.details),
    _BOOKS,
    Action("/books/check", operators.books.check, _BOOKS),
    View("/agenda", operators.agenda.listed),
    View("/nodes", operators.nodes.listed),
    _TRAIL,
    Action("/audit/check", operators.audit.check, _TRAIL),
    _CLOCK,
    Action("/clock/advance", operators.clock.advance, _CLOCK),
    *_SECURITY,
)
