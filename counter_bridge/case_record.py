"""A case as the JSON the store encrypts, and back.

Consents are kept in rows of their own (they exist before the case), so they are left out. The case before the last act
is kept as what differs from the case itself: nearly nothing, while undo stays possible.
"""

from dataclasses import replace

from counter_bridge.case import Case
from counter_bridge.consent import Consent
from counter_bridge.errors import BrokenRecord
from counter_bridge.record import Json, defaults_of, from_json, some_from_json, to_json

DROPPED = "dropped"
CHANGED = "changed"


def case_to_json(case: Case) -> Json:
    """The JSON of a case without its consents."""
    plain = _plain(case)
    last = case.last_act
    if last is None or last.before is None:
        return plain
    before = _plain(last.before)
    act = plain["last_act"]
    if isinstance(act, dict):
        act["before"] = {
            CHANGED: {key: value for key, value in before.items() if plain.get(key) != value},
            DROPPED: [key for key in plain if key not in before],
        }
    return plain


def _plain(case: Case) -> dict[str, Json]:
    last = case.last_act
    lone = replace(case, consents=(), last_act=None if last is None else replace(last, before=None))
    plain = to_json(lone)
    if not isinstance(plain, dict):
        raise BrokenRecord("a case is a mapping")
    return plain


def case_from_json(data: Json, consents: tuple[Consent, ...]) -> Case:
    """The case with its consents; `BrokenRecord` when the JSON has another shape."""
    if not isinstance(data, dict):
        raise BrokenRecord("a case is a mapping")
    act = data.get("last_act")
    difference = act.get("before") if isinstance(act, dict) else None
    plain = dict(data)
    if isinstance(act, dict):
        plain["last_act"] = {key: value for key, value in act.items() if key != "before"}
    case = replace(from_json(Case, plain), consents=consents)
    if difference is None or case.last_act is None:
        return case
    return replace(case, last_act=replace(case.last_act, before=_before(case, difference)))


def _before(case: Case, difference: Json) -> Case:
    if not isinstance(difference, dict):
        raise BrokenRecord("a difference is a mapping")
    changed, dropped = difference.get(CHANGED), difference.get(DROPPED)
    if not isinstance(changed, dict) or not isinstance(dropped, list):
        raise BrokenRecord("a difference has two parts")
    absent = defaults_of(Case, [str(name) for name in dropped])
    return replace(case, **{"last_act": None, **absent, **some_from_json(Case, changed)})
