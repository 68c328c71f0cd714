"""Whether a sentence speaks of moving: in, within the town, out, from or to abroad; when, and from where.

Only a sentence about moving gives `moved_on` and `previous_municipality`: dates and places are said for many other
reasons. 「来月引っ越します」 at the counter of the town one lives in is moving out; 「引っ越しました」 alone may be
within the town, so both remain possible.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.facts import Alternative
from nlu.clauses_ja import Clause
from nlu.dates_ja import FoundDate, Tense
from nlu.interpretation import SaidFact
from nlu.places_ja import FoundCountry, FoundPlace, Town

MOVING_IN, MOVING_WITHIN, MOVING_OUT = "moving_in", "moving_within", "moving_out"
MOVING_FROM_ABROAD, MOVING_ABROAD = "moving_from_abroad", "moving_abroad"
"""Ids of life events; one that the knowledge base does not have is left out by the interpreter."""

MOVE_EVENTS = (MOVING_IN, MOVING_WITHIN, MOVING_OUT, MOVING_FROM_ABROAD, MOVING_ABROAD)

_HERE = r"こちら|こっち|ここ|この(?:町|街|市|区|辺|あたり)|当市|そちら|こちらの市"
_CAME = (
    r"引っ越してき|引っ越して来|引っ越してまい|[越こ]して(?:き|来|まい)|移って(?:き|来|まい)|移り住|転入|うつってき|住み始め|住みはじめ"
    r"|(?:に|へ|から)(?:戻|帰|やっ)って(?:き|来)|(?:こちら|こっち|ここ|この(?:町|街|市|辺))(?:に|で)住むこと|(?<![んるいだたすうねの])(?:から|より)(?:、|[^、。]{0,10})?(?<![聞きて届置書行引働着付続動空開頂とい])(?:来|き|参り|まいり)(?:まし|た|て(?!ほし|くれ))|(?:市民|町民|住民)になり"
)
_MOVED = (
    r"引っ越し(?:て|た|まし|済)|越しました|越して(?!い(?:き|く))|移りました|移った|入居し(?:た|まし)|新居"
)
_WILL_MOVE = r"引っ越(?:します|す(?!る)|そう)|引っ越し(?:する)?(?:予定|の予定|を(?:考え|予定))|移る(?:予定|こと|ので|んで)|越す(?:予定|こと|んで)|引っ越していき|引っ越していく"
_LEAVES = r"転出|出て(?:い|行)(?:く|き)|出ることに|離れ(?:る|ます)|抜きたい|よそ(?:へ|に)|ほかの(?:市|町|区)(?:へ|に)|他の(?:市|町|区)(?:へ|に)|県外(?:へ|に)"
_WITHIN = (
    r"市内(?:で|の[^、。]{0,8}(?:から|に|へ)|から|転居|間)|同じ(?:市|町|区|市内|町内|団地|マンション|アパート)|町内で|区内で|転居|住所変更"
    r"|(?:団地|マンション|アパート)の中で|部屋が変わ|丁目から[^、。]{0,8}丁目"
)
_HOME_FROM_ABROAD = r"帰国|海外赴任から|海外から|外国から|国外から|留学(?:が|から)|日本に(?:戻|帰|来)"
_TO_ABROAD = r"海外(?:へ|に)(?!行っていた|いた|住んでい)|海外(?:転勤|移住|赴任)(?:が決|し|する|にな|で)|出国|留学(?:します|する|に行)|国に帰(?:る|り|ります)|ワーキングホリデー|ワーホリ"
_HAS_PAPER = (
    r"転出(?:証明|の紙|の書類)[^。]{0,14}(?:持って(?:き|来|い)|もらって(?:き|来|い)|もらいました|あります)"
)
_SPEAKS_OF_MOVING = (
    r"引っ越|転入|転居|転出|越して|移り住|移って|住所(?:を|の)(?:変|移|異動)|住民票を移|新居|入居"
)
_ONLY_DAY = r"に?(?:です|でした|だ|や|じゃ)?(?:けど|が|ね|よ)?[。、]?"
"""Behind a day that is a statement of its own (帰ってきました、先週の木曜です)."""
_MOVE_VERB = re.compile(
    r"引っ越|[越こ]して|移[っりる]|転入|入居|転居|来(?:まし|た)|き(?:まし|た)|(?:参|まい)りまし|住み始|住[みむ]|帰国|戻[っり]|帰[っり]"
)


@dataclass(frozen=True)
class Move:
    """What a sentence says of moving; nothing when it does not."""

    life_events: tuple[tuple[str, float], ...] = ()
    """Possible life events with confidence, best first."""
    facts: tuple[SaidFact, ...] = ()
    tense: Tense = "past"


def speaks_of_moving(text: str) -> bool:
    """A verb of moving or staying is in it; まだ alone says nothing of a move.

    >>> speaks_of_moving("祖父は引っ越していません"), speaks_of_moving("祖父がまだで")
    (True, False)
    """
    return re.search(rf"{_MOVE_VERB.pattern}|残[っりる]|別居|単身赴任", text) is not None


def tense_of(text: str) -> Tense:
    """Past unless the sentence plans a move.

    >>> tense_of("来月引っ越します"), tense_of("11月3日に引っ越してきました")
    ('future', 'past')
    """
    if re.search(rf"{_CAME}|{_MOVED}", text):
        return "past"
    return "future" if re.search(rf"{_WILL_MOVE}|来月|来週|今度|予定|これから", text) else "past"


def find_move(
    text: str,
    today: dt.date,
    statements: Sequence[Clause],
    dates: Sequence[FoundDate],
    places: Sequence[FoundPlace],
    countries: Sequence[FoundCountry],
    town: Town | None,
) -> Move:
    """What `text` says of moving, given the dates and places found in it."""
    tense = tense_of(text)
    own = None if town is None else town.code
    origins = [p for p in places if p.role == "from" and p.code != own]
    events = _events(text, places, countries, own)
    if not events:
        return Move(tense=tense)
    facts: list[SaidFact] = []
    arrived = events[0][0] in (MOVING_IN, MOVING_WITHIN, MOVING_FROM_ABROAD)
    if arrived:
        moved_on = _moved_on(text, today, statements, [d for d in dates if not d.of_birth])
        facts += [] if moved_on is None else [moved_on]
    if events[0][0] == MOVING_IN:
        known = [p for p in origins if p.code]
        facts += [_previous(known)] if known else []
    return Move(tuple(events), tuple(facts), tense)


@dataclass(frozen=True)
class _Signs:
    """What points to one way of moving."""

    came: bool
    moved: bool
    will: bool
    here: bool
    from_other: bool
    from_own: bool
    to_other: bool


def _signs(text: str, places: Sequence[FoundPlace], own: str | None) -> _Signs:
    here = re.search(rf"(?:{_HERE})(?:に|へ|で|の)", text) is not None
    return _Signs(
        came=re.search(_CAME, text) is not None,
        moved=re.search(_MOVED, text) is not None,
        will=re.search(_WILL_MOVE, text) is not None,
        here=here or any(p.role == "to" and p.code == own for p in places),
        from_other=any(p.role == "from" and p.code != own for p in places),
        from_own=own is not None and any(p.role == "from" and p.code == own for p in places),
        to_other=any(p.role == "to" and p.code != own for p in places),
    )


def _events(
    text: str, places: Sequence[FoundPlace], countries: Sequence[FoundCountry], own: str | None
) -> list[tuple[str, float]]:
    """Ways of moving the sentence may mean, best first."""
    signs = _signs(text, places, own)
    abroad = _abroad(text, signs, countries)
    if abroad:
        return _ranked(abroad)
    if not (signs.came or signs.moved or signs.will or re.search(rf"{_SPEAKS_OF_MOVING}|{_LEAVES}", text)):
        return []
    if re.search(_HAS_PAPER, text):
        return _ranked({MOVING_IN: 0.85})
    scores = _arriving(signs)
    if re.search(_WITHIN, text) or signs.from_own:
        surely = signs.came or signs.moved or "転居" not in text
        scores |= {MOVING_WITHIN: 0.8 if surely else 0.7, MOVING_IN: 0.3}
        if signs.came:
            scores[MOVING_IN] = 0.85
    if re.search(_LEAVES, text) and not (signs.came or signs.moved or signs.from_other):
        scores[MOVING_OUT] = 0.5 if re.search("転出証明|前の|まだ|済", text) else 0.85
    return _ranked(scores or {MOVING_IN: 0.45, MOVING_OUT: 0.25, MOVING_WITHIN: 0.25})


def _abroad(text: str, signs: _Signs, countries: Sequence[FoundCountry]) -> dict[str, float]:
    came_from = [c for c in countries if c.role == "from"]
    if (came_from and (signs.came or signs.moved or signs.here)) or re.search(_HOME_FROM_ABROAD, text):
        certain = max((c.confidence for c in came_from), default=0.95)
        return {MOVING_FROM_ABROAD: 0.9 * certain} | ({MOVING_IN: 0.4} if certain < 0.9 else {})
    goes = any(c.role == "to" for c in countries) and (signs.will or not signs.came)
    return {MOVING_ABROAD: 0.85} if goes or re.search(_TO_ABROAD, text) else {}


def _arriving(signs: _Signs) -> dict[str, float]:
    if signs.came:
        return {MOVING_IN: 0.92 if signs.from_other else 0.85}
    if signs.moved:
        if signs.from_other or signs.here:
            return {MOVING_IN: 0.9}
        return {MOVING_OUT: 0.8} if signs.to_other else {MOVING_IN: 0.65, MOVING_WITHIN: 0.35}
    if signs.will:
        if signs.here:
            return {MOVING_IN: 0.85, MOVING_OUT: 0.2}
        return {MOVING_OUT: 0.85 if signs.to_other else 0.7, MOVING_WITHIN: 0.2}
    return {MOVING_IN: 0.8} if signs.from_other else {}


def _ranked(scores: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(((e, round(s, 2)) for e, s in scores.items() if s), key=lambda one: -one[1])


def _moved_on(
    text: str, today: dt.date, statements: Sequence[Clause], dates: Sequence[FoundDate]
) -> SaidFact | None:
    """The day in the statement that says moving; the last one before the verb."""
    for clause in statements:
        verb = _MOVE_VERB.search(text, clause.start, clause.end)
        inside = [d for d in dates if clause.holds(d.start)]
        if verb is None or not inside:
            continue
        before = [d for d in inside if d.end <= verb.start()] or inside
        return _day_fact(text, today, before)
    exact = [d for d in dates if d.day is not None]
    alone = len(exact) == 1 and any(
        c.start <= exact[0].start and re.fullmatch(_ONLY_DAY, text[exact[0].end : c.end])
        for c in statements
        if c.holds(exact[0].start) and exact[0].start - c.start <= 3
    )
    if len(exact) == 1 and (alone or exact[0].start <= 3):
        return _day_fact(text, today, exact)
    return None


def _day_fact(text: str, today: dt.date, dates: Sequence[FoundDate]) -> SaidFact | None:
    found = dates[-1]
    if found.day is None or found.day > today:
        return None
    others = [d for d in found.alternatives if d <= today and d != found.day]
    confidence = found.confidence
    if len(dates) > 1 and (earlier := dates[-2]).day and re.fullmatch("か", text[earlier.end : found.start]):
        others, confidence = [earlier.day], 0.5
    days = sorted({found.day, *others}) if others else []
    return SaidFact("moved_on", found.day, confidence, tuple(Alternative(d, day_label(d)) for d in days))


def day_label(day: dt.date) -> str:
    """How a day is shown on a button.

    >>> day_label(dt.date(2026, 4, 1))
    '4月1日(水)'
    """
    return f"{day.month}月{day.day}日({'月火水木金土日'[day.weekday()]})"


def _previous(origins: Sequence[FoundPlace]) -> SaidFact:
    place = max(origins, key=lambda p: p.confidence)
    return SaidFact("previous_municipality", place.code, place.confidence, place.alternatives)
