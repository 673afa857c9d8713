"""Readers for the vector files of the package cryptography_vectors, which has them from NIST,
RFCs, RSA Laboratories and others; each file says its source. Nothing of them is copied here.
"""

from collections.abc import Iterator

from cryptography_vectors import open_vector_file

Case = dict[str, str]


def cases(name: str) -> Iterator[Case]:
    """The cases of a file in NIST's form: ``name = value``, under ``[section]`` lines.

    A case holds the values of its section too, and ``"section"``, the line itself. A blank line
    or another count begins the next one.
    """
    section: Case = {}
    case: Case = {}
    with open_vector_file(name, "r") as lines:
        for line in [*map(str.strip, lines), ""]:
            key, equals, value = (part.strip() for part in line.partition("="))
            if (not line or key.lower() == "count") and case:
                yield section | case
                case = {}
            if line.startswith("["):
                inside = line.strip("[]")
                name, equals, value = (part.strip() for part in inside.partition("="))
                section |= {"section": inside} | ({name: value} if equals else {})
            elif equals and not line.startswith("#"):
                case[key] = value


def labelled(name: str) -> Iterator[tuple[str, bytes]]:
    """The values of a file in the form of RSA Laboratories: a ``# Label:`` line, then hexadecimal.

    In order, without the colon; labels without a value are left out.
    """
    label, digits = "", ""
    with open_vector_file(name, "r") as lines:
        for line in [*map(str.strip, lines), "#"]:
            if line.startswith("#"):
                if label and digits:
                    yield label, bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2))
                label, digits = line.strip("# :"), ""
            else:
                compact = line.replace(" ", "")
                digits += compact if set(compact) <= set("0123456789abcdef") else ""
