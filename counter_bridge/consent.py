"""Consent to use what stands on a card: whose, which fields, for which papers, until when, and taking it back.

個人情報保護法 第61条 wants the purpose as narrow as it can be said, 第62条 wants it shown before anything is read.
A fact from a card therefore lives only as long as the consent it rests on (`Fact.source` is the consent's id); it
is taken back until 受理. Nothing here knows how a card is read or where consents are kept.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from counter_bridge.refusal import NotAllowed
from kb.facts import Fact, Facts, Origin

FIELDS: tuple[str, ...] = ("name", "address", "birth_date", "sex")
"""The four attributes (基本4情報); there is no fifth."""

FIELDS_JA: Mapping[str, str] = MappingProxyType(
    {"name": "氏名", "address": "住所", "birth_date": "生年月日", "sex": "性別"}
)

LASTS = dt.timedelta(hours=1)
"""How long a card may be read under one consent; what was read stays usable until the consent is taken back."""


@dataclass(frozen=True)
class Purpose:
    """One purpose of use, with the words the resident reads before agreeing."""

    id: str
    text_ja: str
    """`{fields}` and `{forms}` are filled in."""
    basis_ja: str
    choice_ja: str


FILL_FORMS = Purpose(
    id="fill_forms",
    text_ja="カードの{fields}を、{forms}に書き写すためだけに使います。ほかの目的には使いません。",
    basis_ja="個人情報の保護に関する法律 第61条(利用目的の特定)・第62条(利用目的の明示)",
    choice_ja="カードを使わなくても、手続は同じようにできます。届出が受理されるまでは、いつでも取り消せます。",
)

PURPOSES: Mapping[str, Purpose] = MappingProxyType({FILL_FORMS.id: FILL_FORMS})


@dataclass(frozen=True)
class Consent:
    """What one person agreed to."""

    consent_id: str
    person: str
    purpose: str
    fields: tuple[str, ...]
    forms: tuple[str, ...]
    """Ids of the forms the fields may fill."""
    given_at: dt.datetime
    until: dt.datetime
    """Until when the card may be read under it."""
    withdrawn_at: dt.datetime | None = None

    def is_active(self, now: dt.datetime) -> bool:
        """Whether the card may be read now: given, not taken back, not lapsed."""
        return self.withdrawn_at is None and self.given_at <= now < self.until


def purpose_text(purpose: Purpose, fields: Sequence[str], forms_ja: Sequence[str]) -> str:
    """The sentence to show before asking, in the order of the card's fields."""
    shown = "・".join(FIELDS_JA[field] for field in FIELDS if field in fields)
    papers = "".join(f"「{name}」" for name in forms_ja) or "今日の届出の書類"
    return purpose.text_ja.format(fields=shown, forms=papers)


def give(
    consent_id: str,
    person: str,
    purpose: str,
    fields: Iterable[str],
    forms: Iterable[str],
    now: dt.datetime,
    lasts: dt.timedelta = LASTS,
) -> Consent | NotAllowed:
    """A consent given now, or why it cannot be taken."""
    wanted = frozenset(fields)
    if purpose not in PURPOSES:
        return NotAllowed(
            "purpose_unknown", "この利用目的は登録されていません。", "画面の案内からやり直してください。"
        )
    if not wanted or not wanted.issubset(FIELDS):
        return NotAllowed(
            "consent_fields_invalid",
            "同意できる項目は、氏名・住所・生年月日・性別だけです。",
            "その中から一つ以上選んでください。",
        )
    ordered = tuple(field for field in FIELDS if field in wanted)
    return Consent(consent_id, person, purpose, ordered, tuple(dict.fromkeys(forms)), now, now + lasts)


def withdraw(consent: Consent, now: dt.datetime, filed_forms: Iterable[str]) -> Consent | NotAllowed:
    """The consent taken back; refused once a paper it fills was 受理 (`filed_forms`). Twice is the same as once."""
    if consent.withdrawn_at is not None:
        return consent
    if not set(consent.forms).isdisjoint(filed_forms):
        return NotAllowed(
            "consent_filed",
            "この情報を使った届出は、もう受理されています。受理された届出から情報を消すことはできません。",
            "内容に誤りがあるときは、窓口で訂正を申し出てください。",
        )
    return replace(consent, withdrawn_at=now)


def rests_on_card(fact: Fact) -> bool:
    """Whether a fact may be used only with the consent named in its source."""
    return fact.origin is Origin.CARD


def only_consented(facts: Facts, allowed: Iterable[str]) -> Facts:
    """`facts` without card facts whose consent is not among `allowed` (ids); weaker values come back up.

    A card fact that names no consent is dropped too: without one it should never have been read.
    """
    kept = frozenset(allowed)
    every = (*facts.overruled, *facts)
    if all(not rests_on_card(fact) or fact.source in kept for fact in every):
        return facts
    return Facts().with_facts(fact for fact in every if not rests_on_card(fact) or fact.source in kept)
