"""A visit as the program keeps it between two requests, and its JSON (encrypted by the store).

Only the acts are kept; facts, plan and step are derived on each request, so any process can serve any kiosk and
a restart in the middle of a visit loses nothing.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import Any, Literal

from dialogue import session as acts
from dialogue.session import Act, Session
from kb.facts import Alternative, Fact, Origin, Value
from kb.model import KnowledgeBase

_ACTS: Mapping[str, type[Any]] = {
    "said": acts.Said,
    "answered": acts.Answered,
    "corrected": acts.Corrected,
    "confirmed": acts.Confirmed,
    "recorded": acts.Recorded,
    "withdrawn": acts.Withdrawn,
    "detailed": acts.Detailed,
    "misunderstood": acts.Misunderstood,
    "person_wished": acts.PersonWished,
    "enquired": acts.Enquired,
}


@dataclass(frozen=True)
class Effort:
    """What the visit cost the resident so far (COUNTER_RULES 19)."""

    taps: int = 0
    keystrokes: int = 0
    spoken_answers: int = 0

    def more(self, *, taps: int = 0, keystrokes: int = 0, spoken_answers: int = 0) -> "Effort":
        """This effort and some more."""
        return Effort(self.taps + taps, self.keystrokes + keystrokes, self.spoken_answers + spoken_answers)


@dataclass(frozen=True)
class Visit:
    """One resident's visit."""

    id: str
    at: dt.datetime
    """The visit's time, Asia/Tokyo: ages, deadlines and hours use it (DESIGN 10)."""
    mode: Literal["kiosk", "interview"] = "kiosk"
    language: str = "ja"
    session: Session = field(default_factory=Session)
    effort: Effort = field(default_factory=Effort)
    forms_prepared: bool = False
    case_id: str = ""
    help_wished: tuple[str, ...] = ()


def visit_to_json(visit: Visit) -> dict[str, Any]:
    """Plain JSON of a visit."""
    return {
        "id": visit.id,
        "at": visit.at.isoformat(),
        "mode": visit.mode,
        "language": visit.language,
        "acts": [_plain(act) for act in visit.session.acts],
        "effort": asdict(visit.effort),
        "forms_prepared": visit.forms_prepared,
        "case_id": visit.case_id,
        "help_wished": list(visit.help_wished),
    }


def visit_from_json(kb: KnowledgeBase, data: Mapping[str, Any]) -> Visit:
    """The visit kept as `data`; values get back the types of the vocabulary."""
    return Visit(
        id=data["id"],
        at=dt.datetime.fromisoformat(data["at"]),
        mode=data["mode"],
        language=data["language"],
        session=Session(tuple(_act(kb, act) for act in data["acts"])),
        effort=Effort(**data["effort"]),
        forms_prepared=data["forms_prepared"],
        case_id=data["case_id"],
        help_wished=tuple(data["help_wished"]),
    )


def fact_to_json(fact: Fact) -> dict[str, Any]:
    """Plain JSON of a fact."""
    plain: dict[str, Any] = _plain(fact)
    return plain


def fact_from_json(kb: KnowledgeBase, data: Mapping[str, Any]) -> Fact:
    """The fact kept as `data`."""
    at = data.get("at")
    return Fact(
        key=data["key"],
        value=kb.vocabulary.checked(data["key"], data["value"]),
        origin=Origin(data["origin"]),
        confidence=data["confidence"],
        authenticity=data["authenticity"],
        at=None if at is None else dt.datetime.fromisoformat(at),
        alternatives=tuple(
            Alternative(_value(kb, data["key"], a["value"]), a["label_ja"]) for a in data["alternatives"]
        ),
        source=data["source"],
    )


def _value(kb: KnowledgeBase, key: str, value: object) -> Value:
    return kb.vocabulary.checked(key, value)


def _act(kb: KnowledgeBase, data: Mapping[str, Any]) -> Act:
    made: dict[str, Any] = {}
    for name, value in data.items():
        match name:
            case "facts":
                made[name] = tuple(fact_from_json(kb, f) for f in value)
            case "at":
                made[name] = dt.datetime.fromisoformat(value)
            case _:
                made[name] = tuple(value) if isinstance(value, list) else value
    act: Act = _ACTS[data["kind"]](**made)
    return act


def _plain(value: object) -> Any:
    match value:
        case dt.datetime() | dt.date():
            return value.isoformat()
        case Origin():
            return value.value
        case tuple() | list():
            return [_plain(v) for v in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        case _:
            return value
