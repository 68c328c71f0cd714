"""Whether the holder of a card can be at the reader, by who came for whom.

Only a holder who is present types the PIN; for a child under 15 a legal representative does (COUNTER_RULES 4). Nobody
but the visitor is known to be here, and somebody who comes in another's place says that the others are not: their cards
go to the clerk unread. In every other visit the holder stands at the screen, and the clerk compares card and face.
"""

import datetime as dt

from assistant.problems import Problem
from kb.age import age_today
from kb.facts import VISITOR, Facts, person_key

PIN_BY_REPRESENTATIVE_UNDER = 15
"""Years of age: the representative sets the PIN when the card is handed over (個人番号カード等に関する命令 第33条)."""


def require_at_the_reader(facts: Facts, person: str, today: dt.date) -> None:
    """Refuses the card of somebody the visitor came for; a small child's own parent or guardian may go on."""
    if person == VISITOR or facts.value("visitor_role") != "proxy" or _is_represented(facts, person, today):
        return
    raise Problem(
        409,
        "card_holder_absent",
        "ここに来ていない方のカードは、この画面では読み取れません。",
        "カードは読み取らずに窓口の職員に渡すか、カードを使わずに進んでください。",
    )


def _is_represented(facts: Facts, person: str, today: dt.date) -> bool:
    by_law = facts.value(person_key(person, "relation")) == "child" or facts.value("proxy_authority") in (
        "parent",
        "guardian",
    )
    return by_law and _is_small_child(facts, person, today)


def _is_small_child(facts: Facts, person: str, today: dt.date) -> bool:
    age = age_today(facts, person, today)
    if age is not None:
        return age.high < PIN_BY_REPRESENTATIVE_UNDER
    principal = facts.value(person_key(person, "principal")) is True
    return principal and facts.value("principal_kind") == "child_under_15"
