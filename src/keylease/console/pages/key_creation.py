"""Creating a key in an instance, and the default master key of a region."""

from keylease.console.pages.asking import days_of, tags_of
from keylease.console.pages.instances import instances_of, is_usable
from keylease.console.pages.key_words import SPECS, USAGES
from keylease.console.ports import ConsoleWork
from keylease.console.visit import Goto, Page, Visit
from keylease.core.errors import Code, Parameter, Refusal
from keylease.crypto.algorithms import KEY_SPECS, KeyUsage
from keylease.crypto.providers import Storage
from keylease.custody.instances.model import Instance
from keylease.custody.keys import aliases
from keylease.custody.keys.model import EXTERNAL, OWN_ORIGIN

#: How they are called in the form.
STORAGES = {
    Storage.HSM_INTERNAL.value: "In the hardware module, where it never leaves; does not rotate",
    Storage.HSM_DATABASE.value: "Encrypted by the hardware module; symmetric keys can rotate",
}
ORIGINS = {OWN_ORIGIN: "Made by Keylease", EXTERNAL: "Imported by you"}


def form(visit: Visit, work: ConsoleWork) -> Page:
    """The form."""
    there = instances_of(work, visit.account_id, visit.region)
    usable = [one for one in there if is_usable(one, work)]
    values = {
        "instances": [(one.id, named(one)) for one in usable],
        "instance_id": visit.given("instance"),
        "has_hardware": any(one.edition.is_hardware for one in usable),
        "kinds": _kinds(visit),
        "storages": [(value, visit.t(name)) for value, name in STORAGES.items()],
        "origins": ORIGINS,
    }
    return Page("keys/create.html", "Create Key", values)


def create(visit: Visit) -> Goto:
    """Create the key, then its alias, which is checked first."""
    alias = alias_name(visit.given("alias"))
    if alias:
        _require_free(visit, alias)
    spec, _, usage = visit.given("kind").partition(" ")
    interval = days_of(visit, "days", "RotationInterval")
    made = visit.perform(
        "CreateKey",
        DKMSInstanceId=_chosen_instance(visit),
        KeySpec=spec,
        KeyUsage=usage,
        Origin=visit.given("origin"),
        KeyStorageMechanism=visit.given("storage"),
        Description=visit.given("description"),
        Tags=tags_of(visit, "tags"),
        EnableAutomaticRotation="true" if interval else "",
        RotationInterval=interval,
    )
    key_id = made["KeyMetadata"]["KeyId"]
    try:
        if alias:
            visit.perform("CreateAlias", KeyId=key_id, AliasName=alias)
    except Refusal:  # taken meanwhile, or not allowed; sent again, the form would make a second key
        here = f"/console/keys/{key_id}?tab=names"
        return Goto(here, "The key is created, but not its alias. Give it another one here.")
    if visit.given("origin") == EXTERNAL:
        return Goto(
            f"/console/keys/{key_id}?tab=import", "The key is created. Import its material."
        )
    return Goto(f"/console/keys/{key_id}", "The key is created.")


def create_default(visit: Visit) -> Goto:
    """Create the default master key of the region."""
    made = visit.perform("CreateKey", Description=visit.given("description"))
    key_id = made["KeyMetadata"]["KeyId"]
    return Goto(f"/console/keys/{key_id}", "The default master key is created.")


def named(instance: Instance) -> str:
    """How an instance is called where one is chosen: its name is its id until it is given one."""
    return instance.id if instance.name == instance.id else f"{instance.name} ({instance.id})"


def alias_name(text: str) -> str:
    """``orders`` to ``alias/orders``; empty stays empty."""
    return text if not text or text.startswith("alias/") else f"alias/{text}"


def _kinds(visit: Visit) -> list[tuple[str, str]]:
    """What keys can be made for, with the specs that can do it: one choice instead of two.

    The value of each is its spec and usage, with a blank between.
    """
    return [
        (f"{name} {usage}", f"{visit.t(USAGES[usage])}: {SPECS[name]}")
        for usage in KeyUsage
        for name, spec in KEY_SPECS.items()
        if usage in spec.usages
    ]


def _chosen_instance(visit: Visit) -> str:
    """Without one, CreateKey would make the default master key."""
    chosen = visit.given("instance")
    if not chosen:
        raise Refusal(
            Code.INVALID_PARAMETER,
            "Choose the instance that holds the key.",
            about=Parameter("DKMSInstanceId"),
        )
    return chosen


def _require_free(visit: Visit, alias: str) -> None:
    """Refuse an alias before there is a key that waits for it."""
    aliases.check_alias(alias)
    with visit.transactions.read() as work:
        if work.aliases.find(visit.account_id, visit.region, alias) is not None:
            raise Refusal(
                Code.ALIAS_EXISTS,
                "The alias {name} is in use: choose another.",
                about=Parameter("AliasName"),
                name=alias,
            )
