"""What units of work are given besides a connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from keylease.billing.catalog import PriceBook
from keylease.core.clock import MachineClock
from keylease.core.entropy import Entropy
from keylease.crypto.providers import Providers
from keylease.custody.vault import Vault


@dataclass
class Services:
    """Made once by `keylease.app.bootstrap`; the vault comes when the seal was opened."""

    machine: MachineClock
    entropy: Entropy
    ranks: Mapping[str, int]
    providers: Providers
    vault: Vault | None = None
    key_version_pause: int = 0
    reminder_hour: int = 9
    renewal_hour: int = 8
    mail_domain: str = "keylease.local"
    ca_chain_pem: str = ""
    exports_bills: bool = False
    automatic_backups: bool = True
    parsed_books: dict[int, PriceBook] = field(default_factory=dict)

    def require_vault(self) -> Vault:
        """The vault; only work that was begun before the seal was opened lacks it."""
        if self.vault is None:
            raise AssertionError("the seal is not open")
        return self.vault
