"""Records as JSON: whatever the store keeps comes back the same, and nothing that is not ours is taken."""

import dataclasses
import datetime as dt
import json
from types import MappingProxyType
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter_bridge.case import SUPPORT_MEASURES, Case
from counter_bridge.case_changes import apply
from counter_bridge.case_events import Accept, Annotate, Call, Hold, Tick
from counter_bridge.case_record import case_from_json, case_to_json
from counter_bridge.errors import BrokenRecord
from counter_bridge.record import from_json, to_json
from dialogue.session import Act, Session
from kb.facts import Alternative, Fact, Facts, Origin

AT = dt.datetime(2026, 4, 7, 10, 0, 0, 123456, tzinfo=dt.UTC)

values = st.one_of(
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.text(max_size=20),
    st.dates(),
    st.lists(st.text(max_size=5)).map(tuple),
)
facts = st.builds(
    Fact,
    st.sampled_from(["moved_on", "people.p1.name", "people.p2.age"]),
    values,
    st.sampled_from(list(Origin)),
    confidence=st.floats(0, 1),
    at=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
    alternatives=st.lists(st.builds(Alternative, values, st.text(max_size=5)), max_size=2).map(tuple),
    source=st.text(max_size=10),
)


@given(st.lists(facts, max_size=8))
def test_facts_come_back_with_type_origin_and_overruled_values(found):
    whole = Facts().with_facts(found)
    back = from_json(Facts, json.loads(json.dumps(to_json(whole))))
    assert dict(back.by_key) == dict(whole.by_key)
    assert back.overruled == whole.overruled
    assert [type(f.value) for f in back] == [type(f.value) for f in whole]


EXAMPLES = {
    "str": "目印",
    "bool": False,
    "datetime": AT,
    "tuple[Fact, ...]": (Fact("moved_on", dt.date(2026, 3, 31), Origin.SAID, at=AT),),
    "tuple[str, ...]": ("people.p1.age",),
}


def example(kind: type) -> object:
    """An act with every field filled with something else than its default."""

    def value(field: dataclasses.Field) -> object:
        if field.name == "kind":
            return field.default
        name = getattr(field.type, "__name__", str(field.type))
        name = str(field.type).replace("kb.facts.", "").replace("datetime.", "") if name == "tuple" else name
        return EXAMPLES[name]

    return kind(**{field.name: value(field) for field in dataclasses.fields(kind)})


@pytest.mark.parametrize("kind", get_args(Act), ids=lambda kind: kind.__name__)
def test_every_act_of_a_visit_comes_back_the_same(kind):
    act = example(kind)
    session = Session((act, act))
    assert from_json(Session, json.loads(json.dumps(to_json(session)))) == session


def test_a_case_comes_back_with_what_undo_needs(case: Case, clerk, clock):
    for event in (Call(), Accept(), Tick(SUPPORT_MEASURES), Annotate("車椅子"), Hold("証明書")):
        case = apply(case, event, clerk, clock.moment)
        assert case_from_json(json.loads(json.dumps(case_to_json(case))), case.consents) == case


def test_what_undo_needs_costs_next_to_nothing(case: Case, clerk, clock):
    plain = len(json.dumps(case_to_json(case)))
    called = len(json.dumps(case_to_json(apply(case, Call(), clerk, clock.moment))))
    assert called - plain < 700


def test_times_come_back_in_the_zone_of_the_counter():
    @dataclasses.dataclass(frozen=True)
    class Seen:
        at: dt.datetime

    back = from_json(Seen, {"at": {"$at": AT.isoformat()}})
    assert back.at == AT
    assert str(back.at.tzinfo) == "Asia/Tokyo"


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"key": "a", "value": 1, "origin": "said", "extra": 1},
        {"key": "a", "value": 1, "origin": "heard"},
        {"key": 5, "value": 1, "origin": "said"},
        {"key": "a", "value": {"$day": "never"}, "origin": "said"},
        {"key": "a", "value": 1, "origin": "said", "at": {"$at": "2026-04-07T10:00:00"}},
        {"key": "a", "value": 1, "origin": "said", "authenticity": "perhaps"},
        {"key": "a", "value": 1.5, "origin": "said"},
        {"key": "a", "value": 1, "origin": "said", "alternatives": "x"},
    ],
)
def test_a_record_of_another_shape_is_refused_without_repeating_it(data):
    with pytest.raises(BrokenRecord) as broken:
        from_json(Fact, data)
    assert "perhaps" not in str(broken.value)


@pytest.mark.parametrize("data", [None, {"kind": "danced"}, {"kind": "confirmed"}, {"kind": ["said"]}, 5])
def test_an_act_of_no_known_kind_is_refused(data):
    with pytest.raises(BrokenRecord):
        from_json(Session, {"acts": [data]})


def test_a_case_with_a_broken_undo_is_refused(case: Case, clerk, clock):
    data = case_to_json(apply(case, Call(), clerk, clock.moment))
    for broken in (
        "x",
        {"changed": []},
        {"changed": {"nothing_of_ours": 1}, "dropped": []},
        {"changed": {}, "dropped": ["case_id"]},
        {"changed": {"state": "asleep"}, "dropped": []},
    ):
        data["last_act"]["before"] = broken
        with pytest.raises(BrokenRecord):
            case_from_json(data, ())
    with pytest.raises(BrokenRecord):
        case_from_json([], ())


def test_only_plain_values_become_records():
    with pytest.raises(TypeError):
        to_json(object())


def test_mappings_come_back_frozen():
    back = from_json(Facts, to_json(Facts()))
    assert isinstance(back.by_key, MappingProxyType | dict)
