"""Data files to records: what a file may hold is exactly what the frozen classes declare.

pydantic builds the dataclasses of `kb.model` and `kb.form`; this module only teaches it how a condition and a
dated value are written, and turns its findings into problems that name file, key, reason and remedy.
"""

import datetime as dt
import itertools
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError, core_schema

from kb import conditions, form, model, operators, population, provenance
from kb.dated import Dated, Period, always
from kb.errors import ConditionError, Problem

T = TypeVar("T")

PROVENANCE_KEYS = ("sources", "checked", "owner", "review_by", "verified", "not_verified", "second_reading")

_RECORDS: tuple[type[Any], ...] = (
    provenance.Source,
    provenance.SecondReading,
    provenance.Provenance,
    model.Law,
    model.Definition,
    model.Derivation,
    model.Paper,
    model.Bring,
    model.Deadline,
    model.FinishRule,
    model.ProxyWay,
    model.Procedure,
    model.LifeEvent,
    model.QuestionOption,
    model.Question,
    model.Counter,
    model.Hours,
    model.NumberSeries,
    model.LocalProcedure,
    operators.OperatorPool,
    operators.RemoteOperators,
    model.Municipality,
    population.HouseholdShape,
    population.Share,
    population.Population,
    form.Form,
    form.FormSection,
    form.FormField,
    form.FormOption,
)


def _condition_schema(_source: object, _handler: object) -> core_schema.CoreSchema:
    return core_schema.no_info_plain_validator_function(_condition)


def _condition(value: object) -> conditions.Condition:
    if isinstance(value, conditions.Condition):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("condition", "a condition is text")
    try:
        return conditions.parse(value)
    except ConditionError as error:
        message = str(error).replace("{", "{{").replace("}", "}}")
        raise PydanticCustomError("condition", message) from error


def _dated_schema(_source: object, _handler: object) -> core_schema.CoreSchema:
    return core_schema.no_info_plain_validator_function(_dated)


def _dated(value: object) -> Dated:
    """A plain number, or a list of {from, until?, value, law}."""
    if isinstance(value, Dated):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return always(value)
    if isinstance(value, list) and value:
        periods = tuple(_period(entry) for entry in value)
        for earlier, later in itertools.pairwise(periods):
            if earlier.end is None or earlier.end >= later.start:
                raise PydanticCustomError("dated", "periods must be in order and end before the next begins")
        return Dated(periods)
    raise PydanticCustomError("dated", "a whole number, or a list of {from, until, value, law}")


def dated(value: object, name: str) -> Dated:
    """A dated constant as data write it; `ValueError` tells what is wrong."""
    try:
        return Dated(_dated(value).periods, name)
    except PydanticCustomError as error:
        raise ValueError(error.message()) from error


def _period(entry: object) -> Period:
    if (
        isinstance(entry, dict)
        and entry.keys() <= {"from", "until", "value", "law"}
        and isinstance(entry.get("value"), int)
        and isinstance(entry.get("from"), dt.date)
        and isinstance(entry.get("until"), dt.date | None)
    ):
        return Period(entry["from"], entry["value"], entry.get("until"))
    raise PydanticCustomError(
        "dated", "each period is {from: date, until: date or nothing, value: number, law}"
    )


for _record in _RECORDS:
    _record.__pydantic_config__ = ConfigDict(extra="forbid")
conditions.Condition.__get_pydantic_core_schema__ = staticmethod(_condition_schema)  # type: ignore[attr-defined]
Dated.__get_pydantic_core_schema__ = staticmethod(_dated_schema)  # type: ignore[attr-defined]


def build(record: type[T], data: dict[str, Any], file: str) -> tuple[T | None, list[Problem]]:
    """The record in `data`, or every problem in it."""
    fields = dict(data)
    if "provenance" in getattr(record, "__dataclass_fields__", {}):
        fields["provenance"] = {k: fields.pop(k) for k in PROVENANCE_KEYS if k in fields}
    try:
        return _adapter(record).validate_python(fields), []
    except ValidationError as error:
        return None, [
            Problem(file, _key(finding["loc"]), finding["msg"], _remedy(finding["type"]))
            for finding in error.errors(include_input=False, include_url=False)
        ]


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(record: type[T]) -> TypeAdapter[T]:
    if record not in _adapters:
        _adapters[record] = TypeAdapter(record)
    return _adapters[record]


def _key(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc if part != "provenance") or "(file)"


def _remedy(kind: str) -> str:
    return {
        "missing": "add the key",
        "unexpected_keyword_argument": "remove or rename the key; unknown keys are refused",
        "condition": "mend the condition",
        "literal_error": "use one of the listed values",
    }.get(kind, "mend the value")
