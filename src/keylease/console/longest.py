"""How many characters the fields of forms take, by what is written in them."""

from keylease.access.policies.document import BYTES_MAX
from keylease.billing.tickets.model import TEXT_CHARACTERS_MAX as TICKET_CHARACTERS_MAX
from keylease.crypto.ciphertext import MAX_PLAINTEXT
from keylease.custody.applications.model import ENTRIES_MAX
from keylease.custody.keys.importing import TEXT_CHARACTERS_MAX
from keylease.custody.keys.model import DESCRIPTION_CHARACTERS_MAX
from keylease.custody.secrets.model import DATA_BYTES_MAX, NAME_CHARACTERS_MAX
from keylease.custody.tags import TAG_CHARACTERS_MAX, TAGS_MAX

#: A network, as it is longest: ``2001:db8:…/128``, and the line end after it.
_NETWORK_LINE = 45
#: ``secret/`` and the line end.
_AROUND_A_NAME = 9
#: ``=`` and the line end.
_AROUND_A_TAG = 3

#: More is refused in any case; less may be, where a limit is one of bytes.
LONGEST = {
    "addresses": ENTRIES_MAX * _NETWORK_LINE,
    "base64": 2 * TEXT_CHARACTERS_MAX,  # line ends do not count
    "description": DESCRIPTION_CHARACTERS_MAX,
    "plaintext": MAX_PLAINTEXT,
    "policy": BYTES_MAX,
    "resources": ENTRIES_MAX * (NAME_CHARACTERS_MAX + _AROUND_A_NAME),
    "secret": DATA_BYTES_MAX,
    "tags": TAGS_MAX * (2 * TAG_CHARACTERS_MAX + _AROUND_A_TAG),
    "ticket": TICKET_CHARACTERS_MAX,
}
