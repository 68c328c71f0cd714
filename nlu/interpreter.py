"""The one way from words to meaning: normalise, extract, read the answer, find the reasons, decide.

One calibrated threshold decides whether a reason counts as named; below it the best candidates go back as buttons.
Words of danger and commands stand above everything. What happens next is not decided here.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from kb.facts import PEOPLE, VISITOR, Alternative, Facts, person_key, split_key
from kb.household import PersonMention
from kb.model import AskedQuestion, KnowledgeBase
from nlu.answers_ja import NO_ANSWER, ReadAnswer, read_answer
from nlu.calls_ja import speaks_of_distress
from nlu.circumstances_ja import said_circumstances
from nlu.commands_ja import find_command, speaks_of_danger
from nlu.dates_ja import find_dates
from nlu.family_answers_ja import doubtful_ages
from nlu.finder import Finder
from nlu.household_ja import Household, read_people, says_only_who_came
from nlu.interpretation import Candidate, Command, Interpretation, Kind, NotUnderstood, SaidFact
from nlu.moves_ja import Move, day_label, find_move, speaks_of_moving, tense_of
from nlu.normalise import normalise
from nlu.opinions import IN_LETTERS, ByEar
from nlu.parser import Parser
from nlu.places_ja import Town, find_countries, find_places
from nlu.reasons import WANTS, ReasonFinder, Reasons, Thresholds
from nlu.repairs_ja import mark_slips, mended
from nlu.tokens import words
from nlu.wordings import MOST_WORDINGS, Reading, one_meaning, plausible

__all__ = ["Interpreter", "Thresholds"]

_COMMANDS: Mapping[str, Command] = {
    "back": "back", "repeat": "repeat", "wait": "wait", "stop": "stop", "ticket_only": "ticket_only",
    "call_human": "call_human",
}  # fmt: skip
_SMALLTALK = frozenset({"greeting", "thanks"})

_ASKS = re.compile(
    r"いくら|いつまで|何時|何日|必要(?:なもの|な物|な書類|ですか)|持ち物|持って(?:くる|来る)もの|手数料|料金|予約|代理でも|できますか|できるんですか"
    r"|とは何|って何|ってなん|なんですか|休み(?:ですか|の日)|開いて|どのくらい|どれくらい|要りますか|いりますか|でしょうか|知りたい"
)


@dataclass(frozen=True)
class _Utterance:
    """What was said and what it was said to."""

    text: str
    plain: str
    asked: AskedQuestion | None
    facts: Facts
    today: dt.date
    by_ear: ByEar = IN_LETTERS

    @property
    def keys(self) -> tuple[str, ...]:
        """Facts the question was about."""
        return () if self.asked is None else self.asked.keys

    @property
    def asks_of_people(self) -> bool:
        """The question is about people already known, so that its answer names nobody new."""
        return self.asked is not None and self.asked.input == "people" and self.keys != (PEOPLE,)

    def relation(self, person: str) -> str:
        """The known relation of a person."""
        return "self" if person == VISITOR else str(self.facts.value(person_key(person, "relation")))


@dataclass(frozen=True)
class _Said:
    """What the extractors found."""

    move: Move
    facts: tuple[SaidFact, ...]
    household: Household


class Interpreter:
    """Understands one resident's utterances; holds no state between them."""

    def __init__(
        self, parser: Parser, search: Finder, kb: KnowledgeBase, thresholds: Thresholds | None = None
    ):
        self._kb = kb
        self._thresholds = thresholds or Thresholds()
        self._finder = ReasonFinder(parser, search, kb, self._thresholds)
        self._town = Town(kb.municipality.code, kb.municipality.name_ja, kb.municipality.prefecture_ja)
        # while Rasa thinks of one, another is read
        self._at_once = ThreadPoolExecutor(MOST_WORDINGS, "wording")

    def warm_up(self) -> None:
        """Load dictionary and gazetteer now (half a second), not in the first resident's turn."""
        name = self._town.name
        self._extracted(_Utterance(name, name, None, Facts(), dt.date(2000, 1, 1)))

    def interpret(
        self, text: str, asked: AskedQuestion | None, facts: Facts, today: dt.date
    ) -> Interpretation | NotUnderstood:
        """Meaning of one utterance, given the question that was asked and what is known."""
        return self._interpreted(text, asked, facts, today, IN_LETTERS)

    def _interpreted(
        self, text: str, asked: AskedQuestion | None, facts: Facts, today: dt.date, by_ear: ByEar
    ) -> Interpretation | NotUnderstood:
        if len(text) > self._thresholds.longest:
            return NotUnderstood("", "too_long")
        plain = mended(normalise(mark_slips(text)))
        if not any(sign.isalnum() for sign in plain):
            return NotUnderstood(text.strip(), "empty")
        if speaks_of_danger(plain):
            return _quiet()
        command = find_command(plain)
        if command is not None and not speaks_of_distress(plain):
            return Interpretation(text, "request", command=command, understanding="extractors")
        if _is_foreign(plain):
            return self._foreign(text, plain)
        meant = self._meant(_Utterance(text, plain, asked, facts, today, by_ear))
        return _in_distress(meant) if speaks_of_distress(plain) else meant

    def interpret_heard(
        self,
        wordings: Sequence[tuple[str, float]],
        asked: AskedQuestion | None,
        facts: Facts,
        today: dt.date,
    ) -> Interpretation | NotUnderstood:
        """Meaning of one utterance that was heard in several ways, each with the ear's confidence, the best first.

        Before the best stands the same with the words put back that it sounds like (`nlu.respelling`).

        Never raises for nothing heard: no wordings are an empty utterance.
        """
        told: dict[str, tuple[str, float]] = {}
        for text, confidence in wordings[:MOST_WORDINGS]:
            normal = normalise(text[: self._thresholds.longest])
            if normal and not told:
                again = self._finder.respelled(normal)
                told[again] = (text if again == normal else again, confidence)
            if normal:
                told.setdefault(normal, (text, confidence))
        if not told:
            return NotUnderstood("", "empty")
        if any(speaks_of_danger(normal) for normal in told):
            return _quiet()
        by_ear = self._finder.heard_as([(normal, confidence) for normal, (_, confidence) in told.items()])
        rivals = plausible(tuple(told.values()))
        meanings = self._at_once.map(
            lambda text: self._interpreted(text, asked, facts, today, by_ear), [text for text, _ in rivals]
        )
        readings = [Reading(meaning, heard) for meaning, (_, heard) in zip(meanings, rivals, strict=True)]
        return one_meaning(readings, asked, self._kb.vocabulary, self._thresholds.understood)

    def _meant(self, heard: _Utterance) -> Interpretation | NotUnderstood:
        said = self._extracted(heard)
        answer = NO_ANSWER
        if heard.asked is not None:
            answer = read_answer(heard.plain, heard.asked, heard.today, self._town)
        reasons = self._finder.reasons(
            heard.plain,
            dict(said.move.life_events),
            answered=answer != NO_ANSWER,
            by_ear=heard.by_ear,
        )
        if reasons.talk == "sensitive":
            return _quiet()
        if says_only_who_came(heard.plain):
            reasons = replace(reasons, candidates=())
        command = _COMMANDS.get(reasons.talk or "")
        if command is not None and answer == NO_ANSWER:
            return Interpretation(heard.text, "request", command=command)
        return self._decided(heard, said, answer, reasons)

    def _decided(
        self, heard: _Utterance, said: _Said, answer: ReadAnswer, reasons: Reasons
    ) -> Interpretation | NotUnderstood:
        named = [c for c in reasons.candidates if c.confidence >= self._thresholds.understood]
        people = self._people(heard, said.household, answer)
        found = self._facts(heard, said, answer, named)
        at_a_loss = answer == NO_ANSWER and reasons.talk == "dont_know" and not _tells_of_time(heard)
        declined = answer.declined or (heard.asked is not None and at_a_loss)
        spoken_of = any(p.facts for p in people) or (people and reasons.talk != "out_of_scope")
        told = found or said.household.complete or spoken_of
        if not (named or told or declined or answer.value is not None):
            return self._nothing(heard.text, reasons)
        return Interpretation(
            text=heard.text,
            kind=_kind(heard.plain, named, told=bool(found or people)),
            life_events=tuple(c for c in reasons.candidates if c.id in self._kb.life_events),
            procedures=tuple(c for c in reasons.candidates if c.id in self._kb.procedures),
            facts=found,
            people=people,
            household_complete=said.household.complete,
            answer=answer.value,
            declined=declined,
            understanding=reasons.understanding,
        )

    def _nothing(self, text: str, reasons: Reasons) -> Interpretation | NotUnderstood:
        if reasons.talk in _SMALLTALK:
            return Interpretation(text, "smalltalk")
        if reasons.talk == "out_of_scope":
            return Interpretation(text, "out_of_scope")
        offered = tuple(c for c in reasons.candidates if c.confidence >= self._thresholds.offered)
        return NotUnderstood(text, "unsure" if offered else "nothing_known", candidates=offered)

    def _foreign(self, text: str, plain: str) -> Interpretation | NotUnderstood:
        """Only the search knows other languages; it must be sure."""
        found = self._finder.found(plain)
        if not found or found[0].confidence < self._thresholds.understood:
            offered = tuple(c for c in found if c.confidence >= self._thresholds.offered)
            return NotUnderstood(text, "not_japanese", candidates=offered)
        events = tuple(c for c in found if c.id in self._kb.life_events)
        procedures = tuple(c for c in found if c.id in self._kb.procedures)
        return Interpretation(text, "request", events, procedures, understanding="search")

    def _extracted(self, heard: _Utterance) -> _Said:
        plain, today, town = heard.plain, heard.today, self._town
        reading = read_people(plain, today, gathered=heard.keys == (PEOPLE,))
        about = said_circumstances(reading, words(plain, units="short"))
        dates = find_dates(plain, today, tense_of(plain))
        places = find_places(plain, town)
        move = find_move(plain, today, reading.clauses, dates, places, find_countries(plain), town)
        parent = any(heard.relation(p) == "child" for p in heard.facts.people)
        return _Said(move, about, reading.household(parent=parent))

    def _facts(
        self, heard: _Utterance, said: _Said, answer: ReadAnswer, named: list[Candidate]
    ) -> tuple[SaidFact, ...]:
        """Facts of the visit; day and origin only of a move that was understood."""
        found = [*said.facts]
        if said.household.visitor_role is not None:
            found.append(self._role(said.household))
        moving = {e for e, c in said.move.life_events if c >= self._thresholds.understood}
        if moving & {c.id for c in named} or (moving and answer != NO_ANSWER):
            found += said.move.facts
        if answer == NO_ANSWER or heard.asks_of_people:
            found += self._asked_but_doubtful(heard)
        found += [SaidFact(key, v) for p, v in answer.told for key in heard.keys if split_key(key)[0] == p]
        settled = set(heard.keys) if answer.value is not None else set()
        once = {f.key: f for f in reversed(found)}
        known = (f for f in once.values() if split_key(f.key)[0] or self._kb.vocabulary.visit(f.key))
        return tuple(f for f in known if f.key not in settled or split_key(f.key)[0])

    def _role(self, household: Household) -> SaidFact:
        kind = self._kb.vocabulary.visit("visitor_role")
        doubtful = household.role_confidence < self._thresholds.understood
        others = kind.options if kind is not None and doubtful else ()
        return SaidFact(
            "visitor_role",
            str(household.visitor_role),
            household.role_confidence,
            tuple(Alternative(o.value, o.label_ja) for o in others),
        )

    def _asked_but_doubtful(self, heard: _Utterance) -> list[SaidFact]:
        """A day or place that answers but may be another one: with its alternatives, so that it is asked which."""
        key = heard.keys[0] if heard.keys else ""
        if heard.asks_of_people:
            return _doubtful_ages(heard)
        if heard.asked is None or key.startswith("people"):
            return []
        if heard.asked.input == "date":
            return _doubtful_day(key, heard.plain, heard.today)
        if key.endswith("municipality"):
            places = find_places(heard.plain, self._town, whole=True)
            known = [p for p in places if p.code and p.role == "from"]
            return [SaidFact(key, p.code, p.confidence, p.alternatives) for p in known if len(known) == 1]
        return []

    def _people(
        self, heard: _Utterance, household: Household, answer: ReadAnswer
    ) -> tuple[PersonMention, ...]:
        """People of the sentence; beside an answer only what is told of those already known."""
        allowed = tuple(self._checked(p) for p in household.people)
        if not heard.keys or heard.keys == (PEOPLE,):
            return allowed
        if answer == NO_ANSWER and not heard.asks_of_people and not heard.facts.household_known:
            return allowed
        known = {"self", *(heard.relation(p) for p in heard.facts.people)}
        settled = {split_key(key)[1] for key in heard.keys if key != PEOPLE} | {"birth_date", "age"}
        settled |= set() if speaks_of_moving(heard.plain) else {"moves"}
        kept = (
            replace(p, facts=tuple(f for f in p.facts if f[0] not in settled))
            for p in allowed
            if p.relation in known
        )
        return tuple(p for p in kept if p.facts)

    def _checked(self, mention: PersonMention) -> PersonMention:
        known = tuple((name, value) for name, value in mention.facts if self._kb.vocabulary.person(name))
        return replace(mention, facts=known)


def _quiet() -> Interpretation:
    """Danger was heard: nothing of it is kept, not even the words (COUNTER_RULES 7)."""
    return Interpretation("", "sensitive", understanding="extractors")


def _in_distress(meant: Interpretation | NotUnderstood) -> Interpretation:
    """The same with the mark; what was said of the matter itself is kept, and no command is read into it."""
    if isinstance(meant, Interpretation) and meant.command is None:
        return replace(meant, distressed=True)
    return Interpretation(meant.text, "nothing", understanding="extractors", distressed=True)


def _tells_of_time(heard: _Utterance) -> bool:
    """A number or a day is in it: who hesitates over one (90ぐらい、いや土曜) has not said that they do not know."""
    return re.search(r"\d", heard.plain) is not None or bool(find_dates(heard.plain, heard.today))


def _kind(plain: str, named: list[Candidate], *, told: bool) -> Kind:
    asks = _ASKS.search(plain) and not WANTS.search(plain)
    return "question" if named and asks and not told else "request"


def _doubtful_ages(heard: _Utterance) -> list[SaidFact]:
    cards = () if heard.asked is None else heard.asked.people
    told = doubtful_ages(heard.plain, heard.today, cards)
    return [
        SaidFact(
            person_key(doubt.person, "age"),
            doubt.age,
            doubt.confidence,
            tuple(Alternative(age, f"{age}歳") for age in doubt.alternatives),
        )
        for doubt in told
        if person_key(doubt.person, "age") in heard.keys
    ]


def _doubtful_day(key: str, plain: str, today: dt.date) -> list[SaidFact]:
    dates = [(d.day, d) for d in find_dates(plain, today) if d.day is not None and d.day <= today]
    if len(dates) != 1 or not dates[0][1].alternatives:
        return []
    day, found = dates[0]
    days = sorted({day, *(d for d in found.alternatives if d <= today)})
    return [SaidFact(key, day, found.confidence, tuple(Alternative(d, day_label(d)) for d in days))]


def _is_foreign(plain: str) -> bool:
    """No Japanese: neither kana nor characters of the Japanese set."""
    letters = [sign for sign in plain if sign.isalpha()]
    if len(letters) <= 4 and all(sign.isascii() for sign in letters):
        return False
    if any("ぁ" <= sign <= "ヿ" for sign in letters):
        return False
    han = [sign for sign in letters if "一" <= sign <= "鿿"]
    if len(han) * 2 < len(letters):
        return True
    try:
        "".join(han).encode("cp932")
    except UnicodeEncodeError:
        return True
    return False
