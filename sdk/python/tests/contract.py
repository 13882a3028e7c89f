"""The contract in `wit/`, as the classes that componentize-py would make of it.

It reads just as much WIT as the contract is written in: records, enums and variants. So the tests see natively whether
the SDK fits the contract, and need nothing installed.
"""

import re
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, make_dataclass
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

WIT = Path(__file__).parents[3] / "wit"

E = TypeVar("E")

_COMMENT = re.compile(r"//.*")
_INTERFACE = re.compile(r"interface ([a-z-]+) \{(.*?)\n\}", re.DOTALL)
_TYPE = re.compile(r"(record|enum|variant) ([a-z0-9-]+) \{(.*?)\n    \}", re.DOTALL)
_MEMBER = re.compile(r"^ +([a-z0-9-]+)(.*?),$", re.MULTILINE)
_FUNCTION = re.compile(r"^    ([a-z-]+): func\(", re.MULTILINE)


@dataclass
class Interface:
    """An interface of the contract."""

    types: dict[str, Any]
    """Its classes, by the names that componentize-py gives them."""
    functions: list[str]
    """Its functions."""


def interfaces() -> dict[str, Interface]:
    """The interfaces of all packages, by package and name: `types/types`, `loyalty/effects`."""
    found = {}
    for path in sorted(WIT.glob("*/*.wit")):
        text = _COMMENT.sub("", path.read_text("utf-8"))
        for name, body in _INTERFACE.findall(text):
            types: dict[str, Any] = {}
            for sort, kind, members in _TYPE.findall(body):
                _add(types, sort, _camel(kind), _MEMBER.findall(members))
            functions = [_snake(function) for function in _FUNCTION.findall(body)]
            found[f"{path.parent.name}/{name}"] = Interface(types, functions)
    return found


def _add(types: dict[str, Any], sort: str, name: str, members: list[tuple[str, str]]) -> None:
    if sort == "record":
        types[name] = make_dataclass(name, [_snake(field) for field, _ in members])
    elif sort == "enum":
        types[name] = Enum(name, {_snake(case).upper(): place for place, (case, _) in enumerate(members)})
    else:
        for case, payload in members:
            fields = ["value"] if payload else []
            types[f"{name}_{_camel(case)}"] = make_dataclass(f"{name}_{_camel(case)}", fields)


def _snake(name: str) -> str:
    return name.replace("-", "_")


def _camel(name: str) -> str:
    return "".join(part[0].upper() + part[1:] for part in name.split("-"))


@dataclass(frozen=True)
class Err(Exception, Generic[E]):
    """componentize-py's error."""

    value: E


def install(kinds: list[str], heard: Callable[..., Any], without: Collection[str] = ()) -> None:
    """Puts modules in place as componentize-py makes them for a world of these kinds, without some of their interfaces;
    functions call `heard` with their interface, their name and their arguments."""
    found = interfaces()
    runtime = ModuleType("componentize_py_types")
    runtime.__dict__["Err"] = Err
    exports = ModuleType("wit_world.exports")
    modules = {"componentize_py_types": runtime, "wit_world.exports": exports}
    for name in ("wit_world", "wit_world.imports"):
        modules[name] = ModuleType(name)
        modules[name].__dict__["__path__"] = []
    for place, interface in found.items():
        package, name = place.split("/")
        if package not in ("types", "host", *kinds) or name in without:
            continue
        if name in ("reminders", "contacts") and "loyalty" not in kinds:
            continue
        module = _snake(name)
        if name == "effects" and len(kinds) > 1:
            module = f"stammgast_{package}_effects"
        if name == "effects" or package in ("types", "host") or name in ("channel-types", "loyalty-types"):
            made = ModuleType(f"wit_world.imports.{module}")
            made.__dict__.update(interface.types)
            made.__dict__.update({function: _function(heard, place, function) for function in interface.functions})
            modules[made.__name__] = made
        else:
            exports.__dict__[_camel(name)] = object
    sys.modules.update(modules)


def remove() -> None:
    """Takes the modules away again, and those of the SDK that have seen them."""
    mine = ("wit_world", "componentize_py_types", "stammgast._wit", "stammgast._lower")
    for name in [name for name in sys.modules if name.startswith(mine)]:
        del sys.modules[name]
    # `from stammgast import _wit` would find it there.
    for name in ("_wit", "_lower"):
        sys.modules["stammgast"].__dict__.pop(name, None)


def _function(heard: Callable[..., Any], place: str, name: str) -> Callable[..., Any]:
    return lambda *given: heard(place, name, *given)
