"""What a resident may come for, as words: the part of the knowledge base that understanding learns from.

Training and search need only an id, a name and the ways people ask; taking just these keeps both independent of
the rest of a record, and a new procedure becomes understood by adding its `asked_as`, nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kb.model import KnowledgeBase


@dataclass(frozen=True)
class Topic:
    """One life event or procedure in the words people use for it."""

    id: str
    name_ja: str
    asked_as: tuple[str, ...]
    is_event: bool
    plain_ja: str = ""
    """The name in everyday words; empty where there is none."""

    @property
    def phrases(self) -> tuple[str, ...]:
        """Every wording once, the official name first."""
        names = (self.name_ja, self.plain_ja, *self.asked_as)
        return tuple(dict.fromkeys(name for name in names if name))


def topics_of(kb: KnowledgeBase) -> tuple[Topic, ...]:
    """All life events and procedures of `kb`, life events first, in a stable order."""
    events = sorted(kb.life_events.values(), key=lambda event: event.id)
    procedures = sorted(kb.procedures.values(), key=lambda procedure: procedure.id)
    return (
        *(Topic(e.id, e.name_ja, e.asked_as, True, e.plain_ja) for e in events),
        *(Topic(p.id, p.name_ja, p.asked_as, False, p.plain_ja) for p in procedures),
    )


def names_of(topics: Iterable[Topic]) -> dict[str, str]:
    """Id to official name."""
    return {topic.id: topic.name_ja for topic in topics}
