"""How many entries the resident writes by hand, before and after the sheets are printed.

Counted by the rule published with 茅ヶ崎市's figures (40 entries of a family of six): names, relations and birth
dates of people, each box, every time; sheets of one set count each person's item once; a signature is a name.
Nothing here holds a number: all of them come from the boxes of the form records and the family's facts.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.conditions import Scene
from kb.form import Form, FormField, Signatures


@dataclass(frozen=True)
class Entries:
    """Entries by hand of the three kinds that are counted."""

    name: int = 0
    relation: int = 0
    birth_date: int = 0

    @property
    def total(self) -> int:
        """Sum of the three."""
        return self.name + self.relation + self.birth_date

    def __add__(self, other: "Entries") -> "Entries":
        return Entries(
            self.name + other.name, self.relation + other.relation, self.birth_date + other.birth_date
        )

    def larger(self, other: "Entries") -> "Entries":
        """The larger number of each kind: how two sheets of one set count."""
        return Entries(
            max(self.name, other.name),
            max(self.relation, other.relation),
            max(self.birth_date, other.birth_date),
        )


@dataclass(frozen=True)
class CountLine:
    """One line of the table: a sheet, or the sheets of one set."""

    line_ja: str
    forms: tuple[str, ...]
    sheets: int
    before: Entries
    after: Entries
    published: bool
    """Belongs to the figures 茅ヶ崎市 published."""


def writes_for(
    forms: Mapping[str, Form],
    printed: Sequence[tuple[str, int]],
    signatures: Signatures,
    *,
    beside: Collection[str] = (),
) -> int:
    """Entries by hand over every sheet printed, sets once.

    `printed` is (form id, number of sheets for people; continuation sheets have no signature). `beside` are further
    forms of the same visit, which decide what counts as made by their notes.
    """
    together = {form_id for form_id, _ in printed} | set(beside)
    total = 0
    groups: dict[str, int] = {}
    for form_id, sheets in printed:
        form = forms[form_id]
        entries = len(signatures_on(form, together, signatures)) * sheets
        if form.count_group:
            groups[form.count_group] = max(groups.get(form.count_group, 0), entries)
        else:
            total += entries
    return total + sum(groups.values())


def signatures_on(form: Form, printed: Collection[str], signatures: Signatures) -> tuple[FormField, ...]:
    """Boxes of a sheet that a hand must sign when the forms `printed` are handed in together."""
    if is_deemed(form, printed):
        return ()
    return tuple(
        box
        for section in form.sections
        for box in section.fields
        if box.type == "signature" and (box.signature_by_law or signatures == "customary")
    )


def is_deemed(form: Form, printed: Collection[str]) -> bool:
    """True when the notes on another sheet of the visit make this notification count as made."""
    return bool(form.deemed_by) and form.deemed_by in printed


def count_entries(
    forms: Mapping[str, Form],
    printed: Sequence[tuple[str, Sequence[str]]],
    scene: Scene,
    signatures: Signatures,
) -> tuple[CountLine, ...]:
    """Entries by hand on empty paper and on our printed sheets, line by line, published lines first.

    `printed` is (form id, people the sheet is for), as `Plan.forms` gives it.
    """
    together = {form_id for form_id, _ in printed}
    sets: dict[str, list[tuple[Form, int, Entries, Entries]]] = {}
    for form_id, people in printed:
        form = forms[form_id]
        sheets = len(people) if form.scope == "person" else 1
        before = _sum(
            _written(form, scene, person) for person in (people if form.scope == "person" else (None,))
        )
        after = Entries(name=len(signatures_on(form, together, signatures)) * sheets)
        sets.setdefault(form.count_group or form.id, []).append((form, sheets, before, after))
    lines = []
    for members in sets.values():
        before, after = Entries(), Entries()
        for _, _, sheet_before, sheet_after in members:
            before, after = before.larger(sheet_before), after.larger(sheet_after)
        published = [form.published_line_ja for form, *_ in members if form.published_line_ja]
        lines.append(
            CountLine(
                line_ja=published[0] if published else "・".join(form.name_ja for form, *_ in members),
                forms=tuple(form.id for form, *_ in members),
                sheets=sum(sheets for _, sheets, _, _ in members),
                before=before,
                after=after,
                published=bool(published),
            )
        )
    return tuple(sorted(lines, key=lambda line: not line.published))


def total_of(lines: Iterable[CountLine]) -> tuple[Entries, Entries]:
    """Sums before and after."""
    listed = tuple(lines)
    return _sum(line.before for line in listed), _sum(line.after for line in listed)


def _written(form: Form, scene: Scene, person: str | None) -> Entries:
    """What a hand writes on the empty sheet: boxes that surely do not apply are left out."""
    total = Entries()
    for section in form.sections:
        if section.when is not None and section.when.truth(scene, person) is False:
            continue
        if section.people is None:
            rows: tuple[str | None, ...] = (person,)
        else:
            rows = tuple(p for p in scene.facts.people if section.people.truth(scene, p) is True)
        for row in rows:
            for box in section.fields:
                if box.when is None or box.when.truth(scene, row) is not False:
                    total = total + _ONE.get(box.counts_as, Entries())
    return total


def _sum(entries: Iterable[Entries]) -> Entries:
    total = Entries()
    for item in entries:
        total = total + item
    return total


_ONE: Mapping[str, Entries] = {
    "name": Entries(name=1),
    "relation": Entries(relation=1),
    "birth_date": Entries(birth_date=1),
}
