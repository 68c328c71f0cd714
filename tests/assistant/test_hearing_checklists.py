"""A checklist answered by voice: what was not spoken of is asked once more, then left to the counter."""

import datetime as dt
from zoneinfo import ZoneInfo

from assistant.hearing import acts_of
from dialogue.questions import find_question
from dialogue.session import Act, Answered, Said, Session
from dialogue.step import Ask
from kb.derive import scene_of
from kb.facts import PEOPLE, Fact, Facts, Origin
from kb.model import AskedQuestion, KnowledgeBase
from nlu.interpretation import Interpretation

AT = dt.datetime(2026, 4, 7, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
KNOWN = (
    Fact("reasons", ("moving_in",), Origin.SAID, at=AT),
    Fact(PEOPLE, ("p1",), Origin.SAID, at=AT),
)


def asked_now(kb: KnowledgeBase, facts: Facts) -> AskedQuestion | None:
    wanted = frozenset(k.name for k in kb.vocabulary if not k.per_person and facts.get(k.name) is None)
    return find_question(kb, facts, scene_of(kb, facts, AT.date()), "circumstances", wanted)


def said(kb: KnowledgeBase, session: Session, text: str, answer: list[str]) -> Session:
    asked = asked_now(kb, session.facts())
    assert asked is not None
    heard = Interpretation(text, "request", answer=answer)
    acts: tuple[Act, ...] = acts_of(kb, heard, session.facts(), Ask(asked), asked, AT)
    assert isinstance(acts[0], Answered)
    return Session((*session.acts, *acts))


def test_what_was_not_spoken_of_is_asked_once_more(kb: KnowledgeBase) -> None:
    session = said(kb, Session((Said("", KNOWN, AT),)), "犬がいます", ["dog"])
    assert session.facts().value("has_dog") is True
    assert session.facts().get("has_moped") is None
    assert "has_moped" not in session.declined()
    again = asked_now(kb, session.facts())
    assert again is not None
    assert "dog" not in {o.value for o in again.options}
    assert "moped" in {o.value for o in again.options}


def test_what_a_second_answer_leaves_open_is_left_to_the_counter(kb: KnowledgeBase) -> None:
    session = said(kb, Session((Said("", KNOWN, AT),)), "犬がいます", ["dog"])
    session = said(kb, session, "あと原付があります", ["moped"])
    assert session.facts().value("has_moped") is True
    assert session.facts().get("left_job") is None
    assert "left_job" in session.declined()


def test_none_of_them_the_second_time_settles_the_rest(kb: KnowledgeBase) -> None:
    session = said(kb, Session((Said("", KNOWN, AT),)), "犬がいます", ["dog"])
    session = said(kb, session, "ほかにはないです", ["none"])
    assert session.facts().value("has_moped") is False
    assert session.facts().value("has_dog") is True
