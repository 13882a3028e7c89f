"""Where a call enters the plugin and leaves it; the same for the real host and for tests."""

import os
import sys
import traceback
from encodings.aliases import aliases
from types import TracebackType
from typing import Any

from stammgast.config import parse

_SDK = os.path.dirname(__file__) + os.sep
_LIBRARY = os.path.dirname(traceback.__file__) + os.sep

_IMPORT_FIRST = "a component has no files: write `import {}` at the top of plugin.py"

NOTHING = (type(None),)
"""What most methods answer."""

_instances: dict[type[Any], Any] = {}


def exported(kind: str, interface: str, plugin: type[Any], function: str = "export") -> type[Any]:
    """The class that componentize-py looks for in `plugin.py`, by the name of the exported interface.

    Natively there is nobody to export to, and the plugin's own class stands in its place.
    """
    if not isinstance(plugin, type):
        raise TypeError(f"{kind}.{function} takes the plugin's class, not an object of it; leave out the brackets")
    # Made while the component is built: what the plugin's `__init__` works out is in the component already, and a class
    # that lacks a method is refused now. All interfaces of a plugin share one object.
    if plugin not in _instances:
        _instances[plugin] = plugin()
    if sys.platform == "wasi":
        from stammgast import _wit

        return _wit.exported(kind, interface, _instances[plugin])
    return plugin


def ask(plugin: Any, method: str, wanted: tuple[type[Any], ...], config: str, *arguments: Any) -> Any:
    """Calls a plugin's method and checks what it answers."""
    answer = getattr(plugin, method)(*arguments, parse(config))
    if not isinstance(answer, wanted):
        names = " or ".join("nothing" if kind is type(None) else kind.__name__ for kind in wanted)
        given = type(answer).__name__
        raise TypeError(f"{method} returned a value of type {given}; it has to return {names}, and is no `async def`")
    return answer


def fault_line(fault: BaseException) -> str:
    """What ended a call, in one line: the end of its traceback, and where in the plugin it happened."""
    text = " ".join(str(fault).split())
    if isinstance(fault, ModuleNotFoundError) and sys.platform == "wasi":
        text += f"; {_IMPORT_FIRST.format(fault.name)}"
    if isinstance(fault, LookupError) and text.startswith("unknown encoding: ") and sys.platform == "wasi":
        name = text.removeprefix("unknown encoding: ").lower().replace("-", "_")
        text += f"; {_IMPORT_FIRST.format(f'encodings.{aliases.get(name, name)}')}"
    line = f"{type(fault).__name__}: {text}" if text else type(fault).__name__
    place = ""
    for frame, number in traceback.walk_tb(fault.__traceback__):
        file = frame.f_code.co_filename
        # The innermost line of the plugin says more than one of the SDK, of Python's library or of generated code.
        if not file.startswith((_SDK, _LIBRARY, "<")):
            place = f" ({os.path.basename(file)}, line {number}, in {frame.f_code.co_name})"
    return f"{line}{place}"


def traceback_in_plugin(fault: BaseException) -> TracebackType | None:
    """The traceback from where the plugin was called."""
    found = fault.__traceback__
    while found is not None and found.tb_frame.f_code.co_filename.startswith(_SDK):
        found = found.tb_next
    return found
