"""Frozen dataclasses as JSON and back, strictly, for what the store keeps encrypted.

One codec for cases, consents, facts and the acts of a visit, so that a new field needs no code here. Dates and times
are tagged, a field at its default is left out, `kind` always stays in (it tells the members of a union apart).
Reading is strict: an unknown or missing field is `BrokenRecord`, whose text names the type and never a value.
"""

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from counter_bridge.errors import BrokenRecord

Json = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
T = TypeVar("T")
Decode = Callable[[Any], Any]

DAY, MOMENT = "$day", "$at"
TOKYO = ZoneInfo("Asia/Tokyo")


def to_json(value: object) -> Json:
    """The JSON of a value built of frozen dataclasses, mappings, sequences, enums, dates and plain values."""
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, dt.datetime):
        return {MOMENT: value.isoformat()}
    if isinstance(value, dt.date):
        return {DAY: value.isoformat()}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((to_json(item) for item in value), key=str)
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if dataclasses.is_dataclass(value):
        defaults = _defaults(cast("type", type(value)))
        found: dict[str, Json] = {}
        for name, default in defaults.items():
            item = getattr(value, name)
            if (
                name == "kind"
                or default is dataclasses.MISSING
                or item != default
                or type(item) is not type(default)
            ):
                found[name] = to_json(item)
        return found
    raise TypeError(f"no record of {type(value).__name__}")


def from_json(kind: type[T], data: Json) -> T:
    """The value of type `kind` that `to_json` made `data` of; `BrokenRecord` when the shape is another."""
    return cast("T", _decoder(cast("Any", kind))(data))


def some_from_json(kind: type[T], data: Mapping[str, Json]) -> dict[str, Any]:
    """Some fields of a dataclass by name, each as its type; `BrokenRecord` for a field it does not have."""
    hints = typing.get_type_hints(kind)
    if not data.keys() <= hints.keys():
        raise BrokenRecord(f"the fields are not those of {kind.__name__}")
    return {name: _decoder(hints[name])(item) for name, item in data.items()}


def defaults_of(kind: type[T], names: Iterable[str]) -> dict[str, Any]:
    """What these fields of a dataclass are when nothing is said; `BrokenRecord` where something must be."""
    defaults = _defaults(cast("type", kind))
    found = {name: defaults.get(name, dataclasses.MISSING) for name in names}
    if dataclasses.MISSING in found.values():
        raise BrokenRecord(f"a field of {kind.__name__} without a default")
    return found


@cache
def _defaults(kind: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        if field.default is not dataclasses.MISSING:
            found[field.name] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            found[field.name] = field.default_factory()
        else:
            found[field.name] = dataclasses.MISSING
    return found


@cache
def _decoder(kind: Any) -> Decode:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _union(arguments)
    if origin is typing.Literal:
        return _one_of(arguments)
    if origin is tuple:
        return _sequence(_decoder(arguments[0]), tuple)
    if origin is frozenset:
        return _sequence(_decoder(arguments[0]), frozenset)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(_decoder(arguments[1]))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind)
    if kind is dt.datetime:
        return _tagged(MOMENT, _moment)
    if kind is dt.date:
        return _tagged(DAY, dt.date.fromisoformat)
    return _plain(kind)


def _plain(kind: Any) -> Decode:
    def decode(data: Any) -> Any:
        if kind is float and type(data) is int:
            return float(data)
        if type(data) is kind or (kind is types.NoneType and data is None):
            return data
        raise BrokenRecord(f"expected {getattr(kind, '__name__', kind)}")

    return decode


def _one_of(allowed: tuple[Any, ...]) -> Decode:
    def decode(data: Any) -> Any:
        if data in allowed:
            return data
        raise BrokenRecord("a value outside its list")

    return decode


def _enum(kind: type[Enum]) -> Decode:
    members = {member.value: member for member in kind}

    def decode(data: Any) -> Any:
        if isinstance(data, str | int) and data in members:
            return members[data]
        raise BrokenRecord(f"no such {kind.__name__}")

    return decode


def _sequence(item: Decode, build: Callable[[Any], Any]) -> Decode:
    def decode(data: Any) -> Any:
        if not isinstance(data, list):
            raise BrokenRecord("expected a list")
        return build(item(each) for each in data)

    return decode


def _mapping(item: Decode) -> Decode:
    def decode(data: Any) -> Any:
        if not isinstance(data, dict):
            raise BrokenRecord("expected a mapping")
        return MappingProxyType({key: item(each) for key, each in data.items()})

    return decode


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment.astimezone(TOKYO)


def _tagged(tag: str, read: Callable[[str], Any]) -> Decode:
    def decode(data: Any) -> Any:
        if not isinstance(data, dict) or set(data) != {tag} or not isinstance(data[tag], str):
            raise BrokenRecord("expected a day or a time")
        try:
            return read(data[tag])
        except ValueError:
            raise BrokenRecord("a day or a time that is none") from None

    return decode


def _dataclass(kind: type) -> Decode:
    hints = typing.get_type_hints(kind)
    defaults = _defaults(kind)
    decoders: dict[str, Decode] = {}
    required = {name for name, default in defaults.items() if default is dataclasses.MISSING}

    def decode(data: Any) -> Any:
        if not decoders:
            decoders.update({name: _decoder(hints[name]) for name in defaults})
        if not isinstance(data, dict) or not required <= data.keys() or not data.keys() <= defaults.keys():
            raise BrokenRecord(f"the fields are not those of {kind.__name__}")
        return kind(**{name: decoders[name](item) for name, item in data.items()})

    return decode


def _union(members: tuple[Any, ...]) -> Decode:
    by_kind = {
        typing.get_args(typing.get_type_hints(member)["kind"])[0]: member
        for member in members
        if dataclasses.is_dataclass(member) and "kind" in typing.get_type_hints(member)
    }
    if len(by_kind) > 1:
        return _by_kind({kind: _decoder(cast("Any", member)) for kind, member in by_kind.items()})
    choices: dict[type, list[Decode]] = {}
    for member in members:
        for shape in _json_types(member):
            choices.setdefault(shape, []).append(_decoder(member))

    def decode(data: Any) -> Any:
        for choice in choices.get(type(data), ()):
            try:
                return choice(data)
            except BrokenRecord:
                continue
        raise BrokenRecord("a value that fits none of the types allowed")

    return decode


def _json_types(member: Any) -> tuple[type, ...]:
    """Which JSON values can be a member of a union at all; trying the others would only cost time."""
    origin = typing.get_origin(member)
    if origin is typing.Literal:
        return tuple({type(argument) for argument in typing.get_args(member)})
    if origin in (tuple, frozenset):
        return (list,)
    if member is float:
        return (float, int)
    if isinstance(member, type) and issubclass(member, Enum):
        return (str,)
    return (member,) if member in (bool, int, str, types.NoneType) else (dict,)


def _by_kind(decoders: dict[str, Decode]) -> Decode:
    def decode(data: Any) -> Any:
        kind = data.get("kind") if isinstance(data, dict) else None
        if not isinstance(kind, str) or kind not in decoders:
            raise BrokenRecord("no such kind of record")
        return decoders[kind](data)

    return decode
