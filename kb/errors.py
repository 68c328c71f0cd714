"""Errors of the knowledge base.

KnowledgeError
├── BrokenKnowledge      files that cannot be loaded; carries every problem at once
├── ConditionError       one condition that cannot be parsed or checked
├── UnknownFact          a fact key outside the vocabulary
├── BadValue             a value the vocabulary does not allow for its fact
└── NotInForce           a dated value asked for on a day no period covers

Results that are no errors (an unknown fact, an undecided procedure) are values, see conditions and plan.
"""

from dataclasses import dataclass


class KnowledgeError(Exception):
    """Root of everything this package raises; `code` is stable."""

    code = "knowledge_error"


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one data file, told so that its owner can mend it."""

    file: str
    key: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.key}: {self.reason} → {self.remedy}"


class BrokenKnowledge(KnowledgeError):
    """The knowledge base cannot be used; all problems are listed."""

    code = "knowledge_broken"

    def __init__(self, problems: list[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class ConditionError(KnowledgeError):
    """A condition is not in the checked language: what is wrong, and what would be right."""

    code = "condition_invalid"

    def __init__(self, reason: str, remedy: str):
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{reason} → {remedy}")


class UnknownFact(KnowledgeError):
    """A fact key that the vocabulary does not hold."""

    code = "fact_unknown"

    def __init__(self, key: str):
        self.key = key
        super().__init__(f"no fact named {key!r} in the vocabulary")


class BadValue(KnowledgeError):
    """A value that its fact does not allow; the message never repeats the value (it may be personal)."""

    code = "fact_value_invalid"

    def __init__(self, key: str, expected: str, expected_ja: str):
        self.key = key
        self.expected = expected
        self.expected_ja = expected_ja
        """The same for a resident or clerk: 0から120までの数."""
        super().__init__(f"{key} takes {expected}")


class NotInForce(KnowledgeError):
    """No period of a dated value covers the day."""

    code = "not_in_force"
