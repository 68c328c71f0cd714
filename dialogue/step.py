"""What the assistant does next: one of these, decided by `next_step`."""

from dataclasses import dataclass

from kb.model import AskedQuestion


@dataclass(frozen=True)
class HandOver:
    """A human must come; `reason` is a rule of escalation, `to` the pool."""

    reason: str
    to: str


@dataclass(frozen=True)
class Ask:
    """Put one question; `remaining` is a guess at how many follow."""

    question: AskedQuestion
    remaining: int = 0
    offer: HandOver | None = None
    """The person who is offered beside it."""


@dataclass(frozen=True)
class Confirm:
    """Read back what was understood; `keys` are the facts shown."""

    keys: tuple[str, ...]
    offer: HandOver | None = None


@dataclass(frozen=True)
class ShowPlan:
    """Everything askable is known: show the plan."""

    offer: HandOver | None = None


@dataclass(frozen=True)
class Answer:
    """Tell a fact of the knowledge base about one procedure, then go on."""

    procedure: str
    then: Ask | Confirm | ShowPlan


@dataclass(frozen=True)
class AskAgain:
    """Not understood; candidates become buttons, and after two failures a person is offered."""

    reason: str
    candidates: tuple[str, ...]
    then: Ask | Confirm | ShowPlan
    offer: HandOver | None = None


Step = Ask | Confirm | ShowPlan | Answer | HandOver | AskAgain


def underlying(step: Step) -> Ask | Confirm | ShowPlan | HandOver:
    """The step that is still open behind an answer or a failure."""
    return step.then if isinstance(step, Answer | AskAgain) else step


def offer_of(step: Step) -> HandOver | None:
    """The person who is offered beside a step."""
    match step:
        case Answer(_, then):
            return then.offer
        case HandOver():
            return None
        case _:
            return step.offer
