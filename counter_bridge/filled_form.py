"""Filled forms as values: every box of a sheet with its content, where it comes from, or why it is empty.

What `forms` makes and `form_layout`, `pdf`, the screens and the case read.
"""

import datetime as dt
from dataclasses import dataclass

from counter_bridge.form_values import Missing
from kb.facts import Origin
from kb.form import Form, FormField, FormSection


@dataclass(frozen=True)
class Tick:
    """One option of a tick box; every option stays readable."""

    label_ja: str
    ticked: bool


@dataclass(frozen=True)
class FilledBox:
    """One box of a sheet, for one person or for the sheet."""

    field: FormField
    person: str | None
    text: str = ""
    ticks: tuple[Tick, ...] = ()
    origin: Origin | None = None
    fact_keys: tuple[str, ...] = ()
    doubtful: bool = False
    missing: Missing = ""
    applies: bool = True
    """False: a dash is printed, the box does not concern this household."""
    sign_here: bool = False
    """An empty box for a signature by hand."""

    @property
    def key(self) -> str:
        """Key of the field."""
        return self.field.key

    @property
    def is_missing(self) -> bool:
        """Concerns this household, should be filled, and is not."""
        return bool(self.missing) and self.missing != "staff" and self.applies and self.field.required

    @property
    def is_empty(self) -> bool:
        """Nothing printed into it."""
        return not self.text and not any(tick.ticked for tick in self.ticks)


@dataclass(frozen=True)
class FilledRow:
    """One line of a table: one person."""

    person: str
    boxes: tuple[FilledBox, ...]


@dataclass(frozen=True)
class FilledSection:
    """A section with its boxes, or with its rows."""

    section: FormSection
    boxes: tuple[FilledBox, ...] = ()
    rows: tuple[FilledRow, ...] = ()


@dataclass(frozen=True)
class FilledForm:
    """One sheet (with continuation sheets), ready to draw."""

    form: Form
    person: str | None
    """scope person: whose sheet it is."""
    for_whom: tuple[str, ...]
    sections: tuple[FilledSection, ...]
    town_ja: str
    addressed_to_ja: str
    prepared_on: dt.date
    deemed: bool = False
    """Counts as made by the notes on another sheet: no signature, one line says by which article."""
    signature_shared_with_ja: str = ""
    """Name of the sheet of the same set that carries the signature."""
    pages: int = 1
    """Pages on paper, continuation sheets included."""

    @property
    def id(self) -> str:
        """Id of the form record."""
        return self.form.id

    @property
    def name_ja(self) -> str:
        """Name of the form."""
        return self.form.name_ja

    @property
    def boxes(self) -> tuple[FilledBox, ...]:
        """All boxes in order."""
        return tuple(
            box
            for section in self.sections
            for box in (*section.boxes, *(b for row in section.rows for b in row.boxes))
        )

    @property
    def missing(self) -> tuple[FilledBox, ...]:
        """Boxes that concern this household, should be filled, and are not; staff boxes are no such."""
        return tuple(box for box in self.boxes if box.is_missing)

    @property
    def writes(self) -> int:
        """Entries by hand on this sheet."""
        return sum(box.sign_here for box in self.boxes)
