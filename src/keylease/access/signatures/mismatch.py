"""The one answer to every signature that does not match."""

from keylease.core.errors import Code, Refusal


def mismatch(string_to_sign: str) -> Refusal:
    """Refusal ``SignatureDoesNotMatch`` in the wording that official clients take apart.

    The core SDK splits the message at ":" and, if the second piece equals its own text, tells its
    user that the secret is wrong. The text holds what the caller has just sent, so it goes back
    to that caller and nowhere else: never into a log. Source: facts/kms-api.md B.5.
    """
    return Refusal(
        Code.SIGNATURE_MISMATCH,
        "Specified signature is not matched with our calculation. server string to sign "
        "is:{string_to_sign}",
        string_to_sign=string_to_sign,
    )
