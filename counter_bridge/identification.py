"""The record of identification that belongs to finishing a case (COUNTER_RULES 14).

What was shown, how it was judged, who did it, and what else law asks to be looked at with it: 住民基本台帳法
第27条第2項・第3項 and 施行規則 第8条 for who came and a proxy's authority. It says which kind of paper was seen, never
its number or content. Reading a card is no identification: only a clerk writes this record.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from counter_bridge.record import Json


class Method(StrEnum):
    """How it was judged."""

    ONE_PAPER = "one_paper"
    TWO_PAPERS = "two_papers"
    QUESTIONS = "questions"


class Authority(StrEnum):
    """By what somebody who is not the person concerned may act."""

    NOT_NEEDED = "not_needed"
    LETTER_OF_PROXY = "letter_of_proxy"
    LEGAL_REPRESENTATIVE = "legal_representative"
    OTHER_PROOF = "other_proof"


METHOD_JA: Mapping[Method, str] = MappingProxyType(
    {Method.ONE_PAPER: "1点", Method.TWO_PAPERS: "2点", Method.QUESTIONS: "聴聞"}
)

AUTHORITY_JA: Mapping[Authority, str] = MappingProxyType(
    {
        Authority.NOT_NEEDED: "本人・同一世帯",
        Authority.LETTER_OF_PROXY: "委任状",
        Authority.LEGAL_REPRESENTATIVE: "法定代理人(戸籍・登記などで確認)",
        Authority.OTHER_PROOF: "その他の資料",
    }
)


@dataclass(frozen=True)
class PaperKind:
    """A kind of paper that can be shown."""

    id: str
    name_ja: str
    alone: bool
    """True: with a photo, from an authority; one is enough."""


PAPER_KINDS: Mapping[str, PaperKind] = MappingProxyType(
    {
        kind.id: kind
        for kind in (
            PaperKind("my_number_card", "個人番号カード", True),
            PaperKind("driving_licence", "運転免許証", True),
            PaperKind("driving_history_certificate", "運転経歴証明書", True),
            PaperKind("passport", "旅券", True),
            PaperKind("residence_card", "在留カード・特別永住者証明書", True),
            PaperKind("disability_certificate", "身体障害者手帳など", True),
            PaperKind("other_with_photo", "その他(官公署の写真付き)", True),
            PaperKind("health_insurance_paper", "資格確認書・健康保険の書類", False),
            PaperKind("pension_paper", "年金手帳・基礎年金番号通知書", False),
            PaperKind("long_term_care_paper", "介護保険被保険者証", False),
            PaperKind("employee_or_student_card", "社員証・学生証", False),
            PaperKind("bank_book_or_card", "預金通帳・キャッシュカード", False),
            PaperKind("other", "その他", False),
        )
    }
)


@dataclass(frozen=True)
class Identification:
    """One record; None means the clerk has not said yet."""

    method: Method
    papers: tuple[str, ...]
    """Ids of `PAPER_KINDS`."""
    checked_by: str
    checked_at: dt.datetime
    authority: Authority | None = None
    originals_seen: bool | None = None
    address_checked: bool | None = None
    existing_household_checked: bool | None = None
    notice_by_post_needed: bool | None = None


def missing_ja(record: Identification) -> tuple[str, ...]:
    """What the record still lacks, in the clerk's words; empty when it is complete."""
    lacks: list[str] = []
    kinds = [PAPER_KINDS[paper] for paper in record.papers if paper in PAPER_KINDS]
    if len(kinds) != len(record.papers):
        lacks.append("本人確認書類の種類(一覧にないものは「その他」)")
    if record.method is Method.ONE_PAPER and not any(kind.alone for kind in kinds):
        lacks.append("写真付きの本人確認書類(1点のとき)")
    if record.method is Method.TWO_PAPERS and len(kinds) < 2:
        lacks.append("本人確認書類2点")
    if record.authority is None:
        lacks.append("代理権の確認(本人・同一世帯のときもその旨)")
    if not record.originals_seen:
        lacks.append("原本の確認")
    if not record.address_checked:
        lacks.append("住所の確認")
    if not record.existing_household_checked:
        lacks.append("同じ住所の既存世帯の確認")
    if record.notice_by_post_needed is None:
        lacks.append("郵送による通知が必要かどうか")
    return tuple(lacks)


def identification_json(record: Identification) -> dict[str, Json]:
    """The record as screens and the core system get it."""
    return {
        "method": record.method.value,
        "papers": list(record.papers),
        "checked_by": record.checked_by,
        "checked_at": record.checked_at.isoformat(),
        "authority": None if record.authority is None else record.authority.value,
        "originals_seen": record.originals_seen,
        "address_checked": record.address_checked,
        "existing_household_checked": record.existing_household_checked,
        "notice_by_post_needed": record.notice_by_post_needed,
    }
