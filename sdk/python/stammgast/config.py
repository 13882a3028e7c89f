"""The installation's configuration: a `dict` whose readers say what is wrong with a setting."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar, cast, overload

from stammgast.errors import InvalidConfig

T = TypeVar("T")

_REQUIRED: Any = object()


class Config(dict[str, Any]):
    """What the tenant's admin has set; the host has checked it against `config_schema` in the manifest.

    It is a plain `dict`. The methods read a setting of a type, and raise `InvalidConfig` with the setting's name
    where it is missing or of another type. With a `default`, it may be missing.
    """

    def __init__(self, settings: Mapping[str, Any] | None = None, where: str = "") -> None:
        super().__init__(settings or {})
        self._where = where

    def __missing__(self, name: str) -> Any:
        raise InvalidConfig(f"`{self._where}{name}` is missing; add it")

    def only(self, *names: str) -> None:
        """Refuses every setting but these, where `config_schema` does not refuse them already."""
        for name in self:
            if name not in names:
                raise InvalidConfig(f"`{self._where}{name}` is no setting of this plugin; remove it")

    @overload
    def text(self, name: str) -> str: ...
    @overload
    def text(self, name: str, default: T) -> str | T: ...
    def text(self, name: str, default: Any = _REQUIRED) -> Any:
        """A text."""
        return self._read(name, default, str, "a text")

    @overload
    def integer(self, name: str) -> int: ...
    @overload
    def integer(self, name: str, default: T) -> int | T: ...
    def integer(self, name: str, default: Any = _REQUIRED) -> Any:
        """A whole number."""
        return self._read(name, default, int, "a whole number")

    @overload
    def boolean(self, name: str) -> bool: ...
    @overload
    def boolean(self, name: str, default: T) -> bool | T: ...
    def boolean(self, name: str, default: Any = _REQUIRED) -> Any:
        """`true` or `false`."""
        return self._read(name, default, bool, "true or false")

    @overload
    def texts(self, name: str) -> list[str]: ...
    @overload
    def texts(self, name: str, default: T) -> list[str] | T: ...
    def texts(self, name: str, default: Any = _REQUIRED) -> Any:
        """A list of texts."""
        return self._read_list(name, default, str, "a list of texts")

    @overload
    def section(self, name: str) -> "Config": ...
    @overload
    def section(self, name: str, default: T) -> "Config | T": ...
    def section(self, name: str, default: Any = _REQUIRED) -> Any:
        """An object of settings."""
        found = self._read(name, default, dict, "an object")
        return Config(found, f"{self._where}{name}.") if name in self else found

    @overload
    def sections(self, name: str) -> "list[Config]": ...
    @overload
    def sections(self, name: str, default: T) -> "list[Config] | T": ...
    def sections(self, name: str, default: Any = _REQUIRED) -> Any:
        """A list of objects of settings."""
        found = self._read_list(name, default, dict, "a list of objects")
        if name not in self:
            return found
        return [Config(item, f"{self._where}{name}[{place}].") for place, item in enumerate(found)]

    def _read(self, name: str, default: Any, kind: type, wanted: str) -> Any:
        if name not in self and default is not _REQUIRED:
            return default
        value = self[name]
        # In Python, true and false are whole numbers, too.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self._wrong(name, wanted)
        return value

    def _read_list(self, name: str, default: Any, kind: type, wanted: str) -> Any:
        found = self._read(name, default, list, wanted)
        if name in self and not all(isinstance(item, kind) for item in found):
            raise self._wrong(name, wanted)
        return found

    def _wrong(self, name: str, wanted: str) -> InvalidConfig:
        given = json.dumps(self[name], ensure_ascii=False)
        shown = given if len(given) <= 100 else f"{given[:100]}…"
        return InvalidConfig(f"`{self._where}{name}` is {shown}; it has to be {wanted}")


def parse(text: str) -> Config:
    """The configuration that a JSON text holds.

    Raises `InvalidConfig` where the text is no JSON object.
    """
    try:
        settings = json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        raise InvalidConfig(f"the configuration is no JSON: {error}") from None
    if not isinstance(settings, dict):
        raise InvalidConfig("the configuration is no JSON object; begin it with `{`")
    return Config(cast("dict[str, Any]", settings))


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")
