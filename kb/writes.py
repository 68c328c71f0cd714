"""How many entries the resident writes by hand on the sheets printed in a visit."""

from collections.abc import Mapping, Sequence
from typing import Literal

from kb.form import Form


def writes_for(
    forms: Mapping[str, Form], printed: Sequence[tuple[str, int]], signatures: Literal["law", "customary"]
) -> int:
    """Entries by hand over every sheet printed, count_group sets once."""
    total = 0
    groups: dict[str, int] = {}
    for form_id, sheets in printed:
        form = forms[form_id]
        if form.deemed_by:
            continue
        hand = [
            box
            for section in form.sections
            for box in section.fields
            if box.type == "signature" and (box.signature_by_law or signatures == "customary")
        ]
        entries = len(hand) * sheets
        if form.count_group:
            groups[form.count_group] = max(groups.get(form.count_group, 0), entries)
        else:
            total += entries
    return total + sum(groups.values())
