"""When a person comes: every rule through the whole dialogue, and what a broken file of rules is told."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogue.escalation_rules import RULES, Rule, check_topics, is_risky, read, rules
from dialogue.next_step import next_step
from dialogue.session import (
    Act,
    Answered,
    Confirmed,
    Corrected,
    Enquired,
    GivenBack,
    HelpWished,
    Misunderstood,
    PersonWished,
    Said,
    Session,
    Silent,
)
from dialogue.step import Answer, Ask, AskAgain, HandOver, ShowPlan, Step, offer_of
from dialogue.wording import aloud, render
from kb.errors import BrokenKnowledge
from kb.facts import Alternative, Fact, Origin

DOCS = Path(__file__).parents[2] / "docs" / "escalation.md"


@pytest.fixture
def happens(world: Any, said: Any, resident: Callable[..., Any]) -> dict[str, tuple[Act, ...]]:
    """What happens in a visit for each rule to hold."""
    doubted = Fact(
        "moved_on",
        world.today,
        Origin.SAID,
        0.4,
        at=world.at,
        alternatives=(Alternative(world.today, "今日"),),
    )
    failed = Misunderstood("nothing_known", world.at)
    for_people = next(e.id for e in world.kb.life_events.values() if e.human_only)
    wish = said(reasons=("hardship",), wants_public_assistance_consultation=True)
    asked = resident(3, "hardship").play(session=Session((Said("x", wish, world.at), Confirmed(world.at))))
    return {
        "sensitive": (PersonWished("sensitive", world.at),),
        "distress": (PersonWished("distress", world.at),),
        "wish": (PersonWished("wish", world.at),),
        "human_only": (Answered("reasons", said(reasons=(for_people,)), world.at),),
        "failures": (failed, failed),
        "doubts": (Said("x", (doubted,), world.at), Said("y", (doubted,), world.at)),
        "corrections": (
            Said("x", said(has_dog=True), world.at),
            Corrected("has_dog", said(has_dog=False), world.at),
            Corrected("has_dog", said(has_dog=True), world.at),
        ),
        "help_wished": (HelpWished(("slowly", "sign_language"), world.at),),
        "human_only_procedure": asked.acts,
        "silence": (Silent(world.at),),
    }


def step(world: Any, *acts: Act) -> Step:
    return next_step(world.kb, Session(acts), world.at)


def spoken(world: Any, acts: tuple[Act, ...]) -> str:
    session = Session(acts)
    facts = session.facts()
    return render(world.kb, next_step(world.kb, session, world.at), facts, world.plan(facts), str)


@pytest.mark.parametrize("rule", rules().rules, ids=lambda rule: rule.id)
def test_each_rule_brings_its_person_through_the_whole_dialogue(
    world: Any, happens: dict[str, tuple[Act, ...]], rule: Rule
) -> None:
    due = HandOver(rule.id, rule.pool)
    come = step(world, *happens[rule.id])
    words = spoken(world, happens[rule.id])
    assert (come if rule.way == "immediate" else offer_of(come)) == due
    assert "{" not in words
    taken = (*happens[rule.id], PersonWished(rule.id, world.at))
    assert step(world, *taken) == due, "an offer that is taken is a hand-over"
    assert spoken(world, taken)


@pytest.mark.parametrize("rule", rules().rules, ids=lambda rule: rule.id)
def test_what_a_person_has_dealt_with_and_given_back_is_not_raised_again(
    world: Any, happens: dict[str, tuple[Act, ...]], rule: Rule
) -> None:
    given_back = step(world, *happens[rule.id], GivenBack((rule.id,), world.at))
    assert isinstance(given_back, Ask | ShowPlan) or rule.id in ("corrections", "doubts")
    assert not isinstance(given_back, HandOver)
    assert offer_of(given_back) is None
    again = step(world, *happens[rule.id], GivenBack((rule.id,), world.at), *happens[rule.id])
    if rule.when == "wished":
        assert again == HandOver(rule.id, rule.pool), "what is said anew is new"
    else:
        assert not isinstance(again, HandOver)
        assert offer_of(again) is None


@pytest.mark.parametrize("rule", [r for r in rules().rules if r.times], ids=lambda rule: rule.id)
def test_once_is_not_enough_where_a_rule_counts(
    world: Any, happens: dict[str, tuple[Act, ...]], rule: Rule
) -> None:
    once = step(world, *happens[rule.id][:-1])
    assert not isinstance(once, HandOver)
    assert offer_of(once) is None


def test_another_reason_still_brings_a_person_after_one_was_settled(world: Any, said: Any) -> None:
    back = GivenBack(("wish",), world.at)
    failed = Misunderstood("nothing_known", world.at)
    assert offer_of(step(world, PersonWished("wish", world.at), back, failed, failed)) is not None
    assert step(world, back, PersonWished("sensitive", world.at)) == HandOver("sensitive", "counter_staff")


def test_failures_from_before_a_person_led_are_not_counted(world: Any) -> None:
    failed = Misunderstood("nothing_known", world.at)
    after = step(world, failed, GivenBack(("wish",), world.at), failed)
    assert isinstance(after, AskAgain)
    assert after.offer is None


def test_back_undoes_neither_help_nor_what_a_person_settled(world: Any) -> None:
    kept = (HelpWished(("writing",), world.at), GivenBack(("wish",), world.at))
    assert Session((*kept, Misunderstood("unsure", world.at))).back().acts == kept
    assert Session(kept).back().acts == kept
    assert not Session(kept).has_begun()


def test_silence_keeps_what_stands_on_the_screen(world: Any, said: Any) -> None:
    failed = Misunderstood("nothing_known", world.at, ("moving_in",))
    before, after = step(world, failed), step(world, failed, Silent(world.at))
    assert isinstance(after, AskAgain)
    assert after.candidates == ("moving_in",)
    assert (offer_of(before), offer_of(after)) == (None, HandOver("silence", "counter_staff"))
    enquired = step(world, Enquired("moving_in_notification", world.at), Silent(world.at))
    assert isinstance(enquired, Answer)
    wished = PersonWished("wish", world.at)
    assert step(world, wished, Silent(world.at)) == step(world, wished)


def test_what_is_added_is_no_correction(world: Any, said: Any) -> None:
    more = [
        Said("x", said(reasons=reasons), world.at)
        for reasons in (("moving_in",), ("moving_in", "seal"), ("moving_in", "seal", "tax"))
    ]
    assert offer_of(step(world, *more)) is None
    wrong = [
        Said("x", said(reasons=(reason,)), world.at) for reason in ("moving_in", "moving_out", "moving_in")
    ]
    assert offer_of(step(world, *wrong)) == HandOver("corrections", "town_operator")


def test_settling_a_doubt_is_no_correction(world: Any, said: Any) -> None:
    doubted = Fact(
        "has_dog", True, Origin.SAID, 0.4, at=world.at, alternatives=(Alternative(False, "いいえ"),)
    )
    settled = Answered("doubt", said(has_dog=False), world.at, ("has_dog",))
    changed = Corrected("has_dog", said(has_dog=True), world.at)
    assert offer_of(step(world, Said("x", (doubted,), world.at), settled, changed)) is None


def test_the_offer_is_said_aloud_too_and_danger_is_not(
    world: Any, happens: dict[str, tuple[Act, ...]]
) -> None:
    def heard(name: str) -> str:
        session = Session(happens[name])
        facts = session.facts()
        now = next_step(world.kb, session, world.at)
        return aloud(world.kb, now, facts, world.plan(facts), str, first=not session.has_begun())

    assert "手話" in heard("help_wished")
    assert "職員を呼ぶ" in heard("failures")
    assert heard("sensitive") == ""


def test_risky_topics_are_told_with_the_word_of_a_person(world: Any) -> None:
    risky, plain = "non_acceptance_request", "garbage_guide"
    assert is_risky(world.kb.procedures[risky])
    assert not is_risky(world.kb.procedures[plain])
    assert "職員が確認します" in spoken(world, (Enquired(risky, world.at),))
    assert "職員が確認します" not in spoken(world, (Enquired(plain, world.at),))
    check_topics(world.kb)


# ----------------------------------------------------------------- the file


def broken(tmp_path: Path, change: Callable[[Any], Any]) -> list[str]:
    data = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    change(data)
    file = tmp_path / "escalation.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BrokenKnowledge) as refused:
        read(file)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d["rules"][0].update(when="moon"), r"rules\.1:when: .*use one of the listed values"),
        (lambda d: d["rules"][0].update(pool="mayor"), r"rules\.1:pool: "),
        (lambda d: d["rules"][0].update(mood=1), r"rules\.1:mood: .*unknown keys are refused"),
        (lambda d: d["rules"][0].pop("says"), r"rules\.1:says: .*add the key"),
        (
            lambda d: d["rules"][0].update(says="nothing"),
            r"sensitive:says: ja\.yaml has no hand_over\.nothing",
        ),
        (lambda d: d["rules"][4].update(offer="nothing"), r"failures:offer: ja\.yaml has no offers\.nothing"),
        (lambda d: d["rules"][4].pop("offer"), r"failures:offer: does not fit offered"),
        (lambda d: d["rules"][4].pop("times"), r"failures:times: does not fit failures_in_a_row"),
        (lambda d: d["rules"][0].update(times=2), r"sensitive:times: does not fit wished"),
        (lambda d: d["rules"][7].pop("helps"), r"help_wished:helps: "),
        (lambda d: d["rules"][2].update(way="offered", offer="silence"), r"wish:way: offers what was wished"),
        (lambda d: d["rules"].pop(2), r":wish: is missing"),
        (lambda d: d["rules"].append(d["rules"][0]), r"sensitive:id: stands twice"),
        (lambda d: d["rules"].append("wish"), r"rules\.11:id: "),
        (lambda d: d["risky"].update(marks=["blue"]), r"risky:marks\.0: "),
        (lambda d: d.pop("risky"), r"\(file\): holds no rules"),
    ],
)
def test_a_broken_file_of_rules_is_told_where_and_what_to_do(tmp_path: Path, change: Any, told: str) -> None:
    assert any(re.search(told, problem) for problem in broken(tmp_path, change)), broken(tmp_path, change)


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    for name, content in (("absent.yaml", None), ("no.yaml", b"\xff"), ("open.yaml", b"rules: [")):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(BrokenKnowledge):
            read(tmp_path / name)


def test_a_risky_topic_the_knowledge_does_not_have_is_told(world: Any) -> None:
    less = {k: v for k, v in world.kb.procedures.items() if k != "non_acceptance_request"}
    with pytest.raises(BrokenKnowledge, match=r"procedures\.non_acceptance_request"):
        check_topics(dataclasses.replace(world.kb, procedures=less))


def test_the_table_in_the_docs_is_the_rules() -> None:
    told = re.findall(
        r"^\| `(\w+)` \| `(\w+)`([^|]*)\| `(\w+)` \| `(\w+)` \|$", DOCS.read_text("utf-8"), re.MULTILINE
    )
    assert [(i, when, more.strip(), pool, way) for i, when, more, pool, way in told] == [
        (r.id, r.when, str(r.times) if r.times else ", ".join(r.helps), r.pool, r.way) for r in rules().rules
    ]
