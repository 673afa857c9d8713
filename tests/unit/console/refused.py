"""Every refusal and misuse of the program as its source spells it, and the words among the values.

A text is a literal, or is put together by a function from a literal that it is given: then each
call of that function says a text.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

SOURCE = Path(str(files("keylease")))


@dataclass(frozen=True)
class Said:
    """A text, the names of the values that it is given, and where it is written."""

    module: str
    line: int
    text: str | None
    values: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Call:
    """A call of something by its name, and the function that it stands in."""

    module: str
    name: str
    node: ast.Call = field(repr=False)
    inside: ast.FunctionDef | None = field(repr=False)


def refusals() -> Iterator[Said]:
    """What every refusal says; a text is None where the source does not tell it."""
    return (said for call in calls("Refusal") for said in spelled(call, 1))


def misuses() -> Iterator[Said]:
    """What the operator's commands refuse with, likewise."""
    return (said for call in calls("Misuse") for said in spelled(call, 0))


def words() -> Iterator[Said]:
    """The values that are marked for translation, likewise, and what is wrong with price books."""
    yield from (said for call in calls("Word") for said in spelled(call, 0))
    yield from (said for call in calls("complain") for said in spelled(call, 1))


def parameters() -> Iterator[Said]:
    """What refusals are about: parameters of the API, and fields by their labels."""
    return (said for call in calls("Parameter") for said in spelled(call, 0))


def spelled(call: Call, place: int) -> Iterator[Said]:
    """What the argument at this place of a call says, with the values that it is given."""
    given = {
        one.arg for one in call.node.keywords if one.arg and one.arg not in {"status", "about"}
    }
    if place == len(call.node.args):  # given by keyword, or matched and not made
        yield Said(call.module, call.node.lineno, None)
        return
    for said in _texts(call, call.node.args[place]):
        yield replace(said, values=said.values | given)


def calls(name: str) -> list[Call]:
    """All calls by a name."""
    return [one for one in _every_call() if one.name == name]


def _texts(call: Call, node: ast.expr) -> Iterator[Said]:
    match node:
        case ast.Constant(value=str(text)):
            yield Said(call.module, call.node.lineno, text)
        case ast.IfExp():
            yield from _texts(call, node.body)
            yield from _texts(call, node.orelse)
        case ast.JoinedStr(values=pieces):
            (part,) = (one.value for one in pieces if isinstance(one, ast.FormattedValue))
            for said in _texts(call, part):
                around = [
                    one.value if isinstance(one, ast.Constant) else said.text for one in pieces
                ]
                yield replace(said, text=said.text and "".join(map(str, around)))
        case ast.Attribute(value=ast.Name(id="unfit"), attr="text"):
            yield from (said for one in calls("Unfit") for said in spelled(one, 0))
        case ast.Name(id=name) if call.inside and name in _parameters(call.inside):
            place = _parameters(call.inside).index(name)
            found = _calls_of(call.inside, call.module)
            yield from (said for one in found for said in spelled(one, place))
            if not found:
                yield Said(call.module, call.node.lineno, None)
        case _:
            yield Said(call.module, call.node.lineno, None)


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [one.arg for one in function.args.args]


def _calls_of(function: ast.FunctionDef, module: str) -> list[Call]:
    """The calls in its own module, and in those that import it or its module."""
    home = "keylease." + module.removesuffix(".py").replace("/", ".")
    package, _, name = home.rpartition(".")
    ways = {(home, function.name), (package, name)}
    return [
        one for one in calls(function.name) if one.module == module or ways & _imported(one.module)
    ]


@cache
def _imported(module: str) -> frozenset[tuple[str | None, str]]:
    nodes = ast.walk(ast.parse((SOURCE / module).read_text()))
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    return frozenset((node.module, one.name) for node in imports for one in node.names)


@cache
def _every_call() -> list[Call]:
    modules = [path.relative_to(SOURCE).as_posix() for path in sorted(SOURCE.rglob("*.py"))]
    return [
        call
        for module in modules
        for call in _within(module, ast.parse((SOURCE / module).read_text()))
    ]


def _within(
    module: str, node: ast.AST, inside: ast.FunctionDef | None = None, base: str = ""
) -> Iterator[Call]:
    """The calls in a piece of source; by ``super()`` a class calls what it is made from."""
    match node:
        case ast.FunctionDef():
            inside = node
        case ast.ClassDef(bases=[ast.Name(id=base), *_]):
            pass
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="super")))):
            yield Call(module, base, node, inside)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            yield Call(module, name, node, inside)
    for child in ast.iter_child_nodes(node):
        yield from _within(module, child, inside, base)
