"""How many questions a visit takes after the first sentence, over the sample population.

Baseline in the same run: asking everything that could concern the visit, in the order of the records. Also how long
choosing the next question takes while the visit goes on. Run: python -m benchmarks questions [HOUSEHOLDS].
"""

import datetime as dt
import statistics
import sys
import time
from collections import defaultdict
from zoneinfo import ZoneInfo

from dialogue.next_step import next_step
from dialogue.questions import open_questions
from dialogue.rehearsal import TrueResident
from dialogue.session import Said, Session
from kb.derive import scene_of, with_derived
from kb.load import load
from kb.model import AskedQuestion, KnowledgeBase
from kb.sample import first_words, households

AT = dt.datetime(2026, 4, 7, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
HOUSEHOLDS = 500
MEAN_BUDGET, MOST_BUDGET, NEXT_BUDGET_MS = 5, 12, 10


def everything_open(kb: KnowledgeBase, session: Session) -> list[AskedQuestion]:
    """Every question that could concern this visit, whether or not it decides anything, in the order of the records."""
    facts = with_derived(kb, session.facts(), AT.date())
    keys = {k.name for k in kb.vocabulary if not k.per_person and not k.detail}
    keys |= {
        f"people.{p}.{k.name}" for p in facts.people for k in kb.vocabulary if k.per_person and not k.detail
    }
    wanted = frozenset(k for k in keys if facts.get(k) is None)
    scene = scene_of(kb, facts, AT.date())
    return [q.asked for q in open_questions(kb, facts, scene, wanted, session.declined())]


def guided(resident: TrueResident, session: Session, times_ms: list[float]) -> int:
    asked = 0
    while True:
        begun = time.perf_counter()
        next_step(resident.kb, session, AT)
        times_ms.append((time.perf_counter() - begun) * 1000)
        questions = resident.open(session)
        if not questions:
            return asked
        session, asked = resident.answered(session, questions[0]), asked + 1


def in_order(resident: TrueResident, session: Session) -> int:
    asked: set[str] = set()
    while questions := [q for q in everything_open(resident.kb, session) if q.id not in asked]:
        asked.add(questions[0].id)
        session = resident.answered(session, questions[0])
    return len(asked)


def main() -> int:
    kb = load()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else HOUSEHOLDS
    by_reason: dict[str, list[tuple[int, int]]] = defaultdict(list)
    times_ms: list[float] = []
    sizes: list[int] = []
    for number, facts in enumerate(households(kb, count, 1, AT)):
        resident = TrueResident(kb, facts, AT)
        told = Session((Said("", tuple(first_words(kb, resident.whole, number)), AT, read_back=False),))
        asked = guided(resident, told, times_ms)
        sizes.append(len(resident.plan(resident.play(session=told)).steps))
        by_reason[facts.value("reasons")[0]].append((asked, in_order(TrueResident(kb, facts, AT), told)))
    everyone = [one for pairs in by_reason.values() for one in pairs]
    print(
        f"| {'reason':<22} | {'visits':>6} | {'questions mean':>14} | {'most':>4} | {'all in order, mean':>18} |"
    )
    print(f"|{'-' * 24}|{'-' * 8}|{'-' * 16}|{'-' * 6}|{'-' * 20}|")
    for reason, pairs in (*sorted(by_reason.items()), ("all", everyone)):
        ours, theirs = zip(*pairs, strict=True)
        print(
            f"| {reason:<22} | {len(pairs):>6} | {statistics.mean(ours):>14.2f} | {max(ours):>4} "
            f"| {statistics.mean(theirs):>18.2f} |"
        )
    ours = [one for one, _ in everyone]
    p95_ms = statistics.quantiles(times_ms, n=20)[-1]
    print(f"\nplan size: mean {statistics.mean(sizes):.1f}, most {max(sizes)}")
    print(
        f"must reach: mean ≤ {MEAN_BUDGET}, most ≤ {MOST_BUDGET}: {statistics.mean(ours):.2f}, {max(ours)}; "
        f"next question p95 ≤ {NEXT_BUDGET_MS} ms: {p95_ms:.2f} ms"
    )
    good = statistics.mean(ours) <= MEAN_BUDGET and max(ours) <= MOST_BUDGET and p95_ms <= NEXT_BUDGET_MS
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
