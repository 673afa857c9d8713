"""What a page of the console needs: named here, decided by the same policies as the API's calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Permission:
    """An action like ``kms:DescribeKey``, and what it is asked on.

    Without a ``place`` the action is an operation of the API, called with ``values``, and asked on
    whatever that operation is asked on. A place, like ``user/ann``, is for what no operation does.
    """

    action: str
    values: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
