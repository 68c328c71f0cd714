"""Paper forms as records: boxes, what fills them, and which of them only a hand may fill."""

from dataclasses import dataclass
from typing import Literal

from kb.conditions import Condition
from kb.provenance import Provenance


@dataclass(frozen=True)
class FormField:
    """One box of a form; geometry lives in the form's layout."""

    key: str
    label_ja: str
    type: str
    source: Literal["card", "said", "derived", "staff", "hand"]
    for_whom: str
    per_person: bool = False
    max_rows: int = 1
    value: str = ""
    """What fills it, in the form language (see kb/data/national/forms)."""
    counts_as: Literal["name", "relation", "birth_date", "other", "not_written_by_resident"] = "other"
    signature_by_law: bool = False
    required: bool = False
    options: tuple[str, ...] = ()
    when: Condition | None = None
    today_entries: int = 0
    """Boxes of this kind the published family of six fills by hand today (field_counting)."""
    after_entries: int = 0
    width: float = 1.0
    """Share of the line it stands on."""


@dataclass(frozen=True)
class FormSection:
    """A framed group of boxes."""

    title_ja: str
    fields: tuple[FormField, ...]
    people: Condition | None = None
    """For sections with one line per person: who gets a line."""
    staff: bool = False


@dataclass(frozen=True)
class Form:
    """A paper form."""

    id: str
    name_ja: str
    law_form_ja: str
    addressed_to_ja: str
    intent_ja: str
    scope: Literal["household", "person"]
    sections: tuple[FormSection, ...]
    provenance: Provenance
    deemed_by: str = ""
    """Set: counts as made by the notes on this other form, so it never gets a signature box."""
    deemed_law_ja: str = ""
    count_group: str = ""
    landscape: bool = False
    people: Condition | None = None
    """scope person: a sheet for each person it holds for."""
    notes_ja: tuple[str, ...] = ()
    attachments_ja: tuple[str, ...] = ()
