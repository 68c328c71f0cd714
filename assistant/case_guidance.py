"""Step by step for a new clerk: what to check, what to say, and the law behind it, all from the records.

Nothing is worded here that a record does not say; what a record has not verified is told as such.
"""

from collections.abc import Iterator
from typing import Any

from counter_bridge.case import Case
from kb.model import KnowledgeBase, Law, Procedure
from kb.provenance import Source


def guidance_of(kb: KnowledgeBase, case: Case) -> list[dict[str, Any]]:
    """What to check and say for each procedure of a case, in its order."""
    found = []
    for planned in case.content.procedures:
        record = kb.procedures.get(planned.id)
        if record is None:
            continue
        way = kb.proxy_ways.get(record.by_proxy)
        found.append(
            {
                "id": planned.id,
                "name_ja": planned.name_ja,
                "law": "、".join(str(law) for law in record.laws),
                "laws": [_law_json(law, record.provenance.sources) for law in record.laws],
                "check": [
                    *({"label": "届け出られる人", "text": who} for who in _joined(record.who_may_apply)),
                    *(
                        {"label": "代わりの方", "text": name}
                        for name in _joined(() if way is None else (way.name_ja,))
                    ),
                    *({"label": "本人確認", "text": text} for text in _given(record.identity_check_ja)),
                    *({"label": "書類", "text": _paper(p.name_ja, p.note_ja)} for p in planned.papers),
                    *({"label": "個人番号", "text": text} for text in _given(record.number_act_ja)),
                    *({"label": "まちがえやすい", "text": text} for text in record.not_for_ja),
                ],
                "say": list(_said(record, planned.because_ja)),
                "not_verified": list(record.provenance.not_verified),
            }
        )
    return found


def _said(record: Procedure, because_ja: str) -> Iterator[str]:
    yield f"「{record.plain_ja}」です。{record.why_ja}。"
    yield from _given(record.deadline.text_ja)
    yield from _given(because_ja)
    yield from _given(record.fee_note_ja)
    yield from _given(record.online_ja)


def _law_json(law: Law, sources: tuple[Source, ...]) -> dict[str, str]:
    """An article, what it says, and where it can be read: the source whose title begins with the name of the law."""
    address = next((s.address for s in sources if s.title.startswith(law.name) and s.address), "")
    return {"name": str(law), "says": law.says_ja, "address": address}


def _given(text: str) -> Iterator[str]:
    if text:
        yield text


def _joined(names: tuple[str, ...]) -> Iterator[str]:
    if names:
        yield "、".join(names)


def _paper(name_ja: str, note_ja: str) -> str:
    return f"{name_ja}({note_ja})" if note_ja else name_ja
