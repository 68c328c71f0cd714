"""Paper forms as records: sections, boxes, what fills each box, and which of them only a hand may fill.

A form is data (kb/data/national/forms): one engine fills all of them and one engine draws all of them, so a town
changes a sheet without a programmer. This module holds only the types; the language of `value` is kb.form_value.
"""

from dataclasses import dataclass
from typing import Literal

from kb.conditions import Condition
from kb.provenance import Provenance

BoxType = Literal[
    "text",
    "name",
    "hiragana",
    "katakana",
    "date",
    "address",
    "phone",
    "ticks",
    "number_cells",
    "signature",
    "blank",
]
"""`number_cells` are twelve empty cells for 個人番号: only staff write there, so such a box never has a value.
`blank` is an empty box for staff."""

BoxSource = Literal["card", "said", "derived", "staff", "hand"]
"""Where the value comes from at best: the card, the resident, other facts, staff and records, or a hand on paper."""

Signatures = Literal["law", "customary"]
"""Which signatures a town asks for: those law demands, or also those kept by custom."""


@dataclass(frozen=True)
class FormOption:
    """One box to tick; it is ticked when `when` holds."""

    label_ja: str
    when: Condition | None = None
    """None: only staff or the resident's own hand tick it."""


@dataclass(frozen=True)
class FormField:
    """One box of a form."""

    key: str
    label_ja: str
    type: BoxType
    source: BoxSource
    value: str = ""
    """What fills it (see kb.form_value); of a signature: the name printed where no signature is asked."""
    options: tuple[FormOption, ...] = ()
    counts_as: Literal["name", "relation", "birth_date", "other", "not_written_by_resident"] = "other"
    """How the published rule counts it when it is written by hand (forms.yaml, field_counting)."""
    signature_by_law: bool = False
    signature_law_ja: str = ""
    required: bool = True
    """False: an empty box is not reported as missing."""
    when: Condition | None = None
    """The box applies; where it surely does not, a dash is printed, for an empty box means not yet answered."""
    width: float = 1.0
    """Share of its line; in a table, weight of its column."""
    height_mm: float = 0.0
    """Height of its line, 0 for the usual one of its type; in a stacked column its share of the row."""
    stacked: bool = False
    """In a table: stands in the column of the box before it, below it."""
    note_ja: str = ""
    """Small print inside the box, such as 方書まで."""


@dataclass(frozen=True)
class FormSection:
    """A group of boxes: lines of boxes, or a table with one row for each person `people` holds for."""

    title_ja: str
    fields: tuple[FormField, ...]
    people: Condition | None = None
    max_rows: int = 0
    """Rows on the first sheet; further people stand on a continuation sheet (続紙)."""
    row_mm: float = 12.0
    """Height of a row of a table."""
    when: Condition | None = None
    """The section is printed only when this holds."""
    staff: bool = False
    """Outside the thick frame, grey: not for the resident."""
    note_ja: str = ""


@dataclass(frozen=True)
class Form:
    """A paper form."""

    id: str
    name_ja: str
    title_ja: str
    """Printed on top, in full."""
    edition: str
    """Of this record, printed in the footer: 2026-11."""
    law_form_ja: str
    """様式番号 or the law behind a form of the town's own, printed top left."""
    intent_ja: str
    scope: Literal["household", "person"]
    """person: a sheet for each person the procedure is for."""
    sections: tuple[FormSection, ...]
    provenance: Provenance
    addressed_to_ja: str = ""
    """Empty: the mayor of the overlay. {prefecture} and {town} are filled in."""
    deemed_by: str = ""
    """Counts as made by the notes on this other form when both are printed; then it never gets a signature box."""
    deemed_law_ja: str = ""
    """One line printed on it, saying by which article it counts as made."""
    count_group: str = ""
    """Sheets of one set: entries are counted once, and one signature serves the set."""
    published_line_ja: str = ""
    """Line of the published count of entries by hand (茅ヶ崎市) it belongs to."""
    landscape: bool = False
    people: Condition | None = None
    """scope person: a sheet only for the people it holds for."""
    notes_ja: tuple[str, ...] = ()
    attachments_ja: tuple[str, ...] = ()
