"""What the core system or an RPA robot picks up of a case: facts with their origin, procedure by procedure.

JSON is exact; CSV has one line for each fact of each procedure, opens in a spreadsheet (UTF-8 with its mark) and
disarms what a spreadsheet would take for a formula. A field whose consent was taken back stands there empty, with the
reason, so that nobody fills it from elsewhere by mistake. 個人番号 is no fact of ours and cannot occur here.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator

from counter_bridge.case import Case, PreparedProcedure
from counter_bridge.identification import identification_json
from counter_bridge.record import Json
from kb.facts import Fact, Value, split_key

FORMAT = "one-counter.case"
VERSION = 1
WITHDRAWN = "consent_withdrawn"

CSV_COLUMNS = (
    "ticket",
    "day",
    "case_id",
    "version",
    "procedure",
    "procedure_name_ja",
    "result",
    "filed_at",
    "person",
    "fact",
    "value",
    "origin",
    "authenticity",
    "confidence",
    "blank_because",
)

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run as a formula by spreadsheets."""


def as_json(case: Case) -> str:
    """The case as JSON text."""
    return json.dumps(exported(case), ensure_ascii=False, indent=1)


def as_csv(case: Case) -> str:
    """The case as CSV text, beginning with the mark that tells spreadsheets it is UTF-8."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for procedure in case.content.procedures:
        result = case.result(procedure.id)
        filed_at = None if result is None or result.filed_at is None else result.filed_at.isoformat()
        for fact in _facts(case, procedure):
            writer.writerow(
                {
                    "ticket": case.ticket.shown,
                    "day": case.ticket.day.isoformat(),
                    "case_id": case.case_id,
                    "version": case.version,
                    "procedure": procedure.id,
                    "procedure_name_ja": procedure.name_ja,
                    "result": "" if result is None else result.decision.value,
                    "filed_at": filed_at or "",
                    **{name: _cell(value) for name, value in fact.items()},
                }
            )
    return text.getvalue()


def exported(case: Case) -> dict[str, Json]:
    """The case as a mapping; `filed` is false until a clerk decided."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "case_id": case.case_id,
        "case_version": case.version,
        "ticket": case.ticket.shown,
        "day": case.ticket.day.isoformat(),
        "state": case.state.value,
        "filed": case.filed,
        "kb_version": case.kb_version,
        "people": list(case.content.facts.people),
        "procedures": [_procedure(case, procedure) for procedure in case.content.procedures],
        "identification": None if case.identification is None else identification_json(case.identification),
    }


def _procedure(case: Case, procedure: PreparedProcedure) -> Json:
    result = case.result(procedure.id)
    return {
        "id": procedure.id,
        "name_ja": procedure.name_ja,
        "people": list(procedure.people),
        "counter": procedure.counter,
        "forms": list(procedure.forms),
        "deadline": None if procedure.deadline is None else procedure.deadline.isoformat(),
        "result": None if result is None else result.decision.value,
        "filed_at": None if result is None or result.filed_at is None else result.filed_at.isoformat(),
        "waiting_for": None if result is None else result.waiting_for_ja or None,
        "until": None if result is None or result.until is None else result.until.isoformat(),
        "facts": list(_facts(case, procedure)),
    }


def _facts(case: Case, procedure: PreparedProcedure) -> Iterator[dict[str, Json]]:
    """Facts of the visit and of the people the procedure is for, then what a withdrawn consent left empty."""
    for fact in case.content.facts:
        if _concerns(procedure, fact.key):
            yield _fact(fact)
    for key in case.blanked:
        if _concerns(procedure, key) and case.content.facts.get(key) is None:
            person, name = split_key(key)
            yield {
                "person": person,
                "fact": name,
                "value": None,
                "origin": None,
                "authenticity": None,
                "confidence": None,
                "blank_because": WITHDRAWN,
            }


def _concerns(procedure: PreparedProcedure, key: str) -> bool:
    person, _ = split_key(key)
    return person is None or not procedure.people or person in procedure.people


def _fact(fact: Fact) -> dict[str, Json]:
    person, name = split_key(fact.key)
    return {
        "person": person,
        "fact": name,
        "value": _value(fact.value),
        "origin": fact.origin.value,
        "authenticity": fact.authenticity,
        "confidence": fact.confidence,
        "blank_because": None,
    }


def _value(value: Value) -> Json:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _cell(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _disarmed(" ".join(str(item) for item in value))
    return _disarmed(value) if isinstance(value, str) else str(value)


def _disarmed(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
