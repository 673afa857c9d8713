"""The house rules that no linter off the shelf knows; each finding says what to do instead.

Usage: ``python tools/tidy.py``. Exit status 1 if there is a finding. Questions are only printed.
The state drawings have a check of their own: ``tools/draw_lives.py --check``.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: Files whose handlers may catch everything, each with the reason. Everywhere else a handler names
#: what it expects, or ends in a bare ``raise``.
MAY_CATCH_ALL = {
    "src/keylease/api/http/connection.py": "a door: what is not foreseen is answered as internal",
    "src/keylease/api/gateway/door.py": "a door: what is not foreseen is answered as internal",
    "src/keylease/api/rpc/door.py": "a door: what is not foreseen is answered as internal",
    "src/keylease/api/cryptors.py": "whoever waits for the work gets its error",
    "src/keylease/console/door.py": "a door: what is not foreseen is answered as internal",
    "src/keylease/app/node.py": "a node's thread tells the log and goes on",
    "src/keylease/app/webhook_sender.py": "a webhook's turn tells the log, the others go on",
    "src/keylease/lifecycle/runner.py": "one appointment that fails is put off, the rest goes on",
    "src/keylease/records/group_commit.py": "fails closed: whatever it is, the waiting are refused",
}

#: The two files that may ask the surroundings for the time and for chance.
SOURCES_OF_TIME_AND_CHANCE = ("src/keylease/core/clock.py", "src/keylease/core/entropy.py")

_CLOCK = "take a MachineClock (keylease.core.clock) as an argument"
_ENTROPY = "take an Entropy (keylease.core.entropy) as an argument"
AMBIENT = {
    "time.time": _CLOCK,
    "time.time_ns": _CLOCK,
    "datetime.datetime.now": _CLOCK,
    "datetime.datetime.utcnow": _CLOCK,
    "datetime.datetime.today": _CLOCK,
    "datetime.date.today": _CLOCK,
    "os.urandom": _ENTROPY,
    "os.getrandom": _ENTROPY,
    "uuid.uuid1": _ENTROPY,
    "uuid.uuid4": _ENTROPY,
    "random": _ENTROPY,
    "secrets": _ENTROPY,
}

_CATCHES_ALL = (
    "a handler for everything hides our own bugs: name the errors you expect, end it in a bare "
    "`raise`, or add the file with its reason to MAY_CATCH_ALL in tools/tidy.py"
)

LONG_MODULE = 500

_NOQA = re.compile(
    r"#\s*(?:ruff:\s*)?noqa\b(?P<codes>:\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?(?P<why>.*)"
)
_IGNORE = re.compile(r"#\s*type:\s*ignore(?P<codes>\[[^\]]+\])?(?P<why>.*)")
_TODO = re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!\s*\(?#\d)")


@dataclass(frozen=True)
class Source:
    """One Python file: ``name`` is its path from the root, with slashes."""

    name: str
    text: str
    tree: ast.Module

    def comments(self) -> Iterator[tuple[int, str]]:
        """Each comment with its line."""
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


#: What a rule says about a file: a line, and what is wrong and what to do instead.
Remarks = Iterator[tuple[int, str]]


def excused_without_reason(source: Source) -> Remarks:
    """Every exception to the linter or the type checker has a code and a reason."""
    for line, comment in source.comments():
        for what, pattern, form in (
            ("noqa", _NOQA, "# noqa: CODE - why"),
            ("type: ignore", _IGNORE, "# type: ignore[code]  # why"),
        ):
            match = pattern.search(comment)
            if match and not (match["codes"] and re.search(r"[^\W\d_]{2}", match["why"])):
                yield line, f"{what} without a code and a reason: write `{form}`"


def todo_without_number(source: Source) -> Remarks:
    """What is left to do has a number, so that somebody can look it up."""
    for line, comment in source.comments():
        if _TODO.search(comment):
            yield line, "a TODO without a number: do it now, or write `TODO #123: what`"


def catches_all(source: Source) -> Remarks:
    """A handler names what it expects, or passes on what it caught."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ExceptHandler) or not _is_broad(node.type):
            continue
        last = node.body[-1]
        if not (isinstance(last, ast.Raise) and last.exc is None):
            yield node.lineno, _CATCHES_ALL


def _is_broad(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_broad(part) for part in caught.elts)
    return caught is None or (
        isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"}
    )


def no_docstring(source: Source) -> Remarks:
    """Each module says what it is for."""
    if not ast.get_docstring(source.tree):
        yield 1, "no docstring: say in a sentence what this module is for"


def asks_surroundings(source: Source) -> Remarks:
    """Time and chance are passed in, outside two files."""
    if source.name in SOURCES_OF_TIME_AND_CHANCE:
        return
    meanings: dict[str, str] = {}
    for line, local, meaning in _imports(source.tree):
        meanings[local] = meaning
        module = meaning.split(".")[0]
        if module in AMBIENT:
            yield line, f"{module} is ambient: {AMBIENT[module]}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute | ast.Name):
            meaning = _meaning(node, meanings)
            if "." in meaning and meaning in AMBIENT:
                yield node.lineno, f"{meaning} is ambient: {AMBIENT[meaning]}"


def core_needs_more(source: Source) -> Remarks:
    """``keylease.core`` imports the standard library and itself, nothing else."""
    if not source.name.startswith("src/keylease/core/"):
        return
    for line, _, meaning in _imports(source.tree):
        inside = meaning.startswith("keylease.core.")
        if not inside and meaning.split(".")[0] not in sys.stdlib_module_names:
            yield line, f"core imports {meaning}: move the code that needs it out of core"


def _imports(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Each import: its line, the local name, and the dotted name that this stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.name if alias.asname else alias.name.split(".")[0]
                yield node.lineno, alias.asname or name, name
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                yield node.lineno, alias.asname or alias.name, f"{module}.{alias.name}"


def _meaning(node: ast.expr, meanings: Mapping[str, str]) -> str:
    """The dotted name that an expression stands for, or an empty text."""
    if isinstance(node, ast.Name):
        return meanings.get(node.id, "")
    if isinstance(node, ast.Attribute):
        base = _meaning(node.value, meanings)
        return f"{base}.{node.attr}" if base else ""
    return ""


EVERYWHERE: tuple[Callable[[Source], Remarks], ...] = (
    excused_without_reason,
    todo_without_number,
)
IN_SRC: tuple[Callable[[Source], Remarks], ...] = (
    catches_all,
    no_docstring,
    asks_surroundings,
    core_needs_more,
)


def sources(root: Path, *folders: str) -> Iterator[Source]:
    """The Python files in some folders of the repository, in order."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            yield Source(path.relative_to(root).as_posix(), text, ast.parse(text))


def findings(root: Path, may_catch_all: Mapping[str, str] = MAY_CATCH_ALL) -> list[str]:
    """What breaks a rule: ``file:line: what is wrong and what to do instead``."""
    found: list[str] = []
    for source in sources(root, "src", "tests", "tools", "bench"):
        rules = EVERYWHERE + (IN_SRC if source.name.startswith("src/") else ())
        for rule in rules:
            if rule is catches_all and source.name in may_catch_all:
                continue
            found += [f"{source.name}:{line}: {remark}" for line, remark in rule(source)]
    for lock in sorted(root.glob("requirements*.lock")):
        for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), 1):
            if "://" in line:
                found.append(f"{lock.name}:{number}: a URL: write the lock with `make lock`")
    return found


def questions(root: Path) -> list[str]:
    """What is worth a thought and breaks nothing."""
    asked: list[str] = []
    for source in sources(root, "src"):
        lines = source.text.count("\n")
        if lines > LONG_MODULE:
            asked.append(f"{source.name}: {lines} lines; is it still one thing?")
    return asked


def main() -> int:
    for question in questions(ROOT):
        print(question)
    found = findings(ROOT)
    for finding in found:
        print(finding, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
