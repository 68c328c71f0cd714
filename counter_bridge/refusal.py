"""Results for what cannot be done now: told in words a clerk or resident can act on, never raised."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NotAllowed:
    """The act does not fit the state of things; nothing was changed."""

    code: str
    detail_ja: str
    remedy_ja: str
    held_by: str | None = None
    """Who has the case, when that is the reason."""


@dataclass(frozen=True)
class Stale:
    """Somebody changed it since it was read; nothing was changed."""

    version: int
    """The version it has now."""
    held_by: str | None
    """Who has it now, None when nobody does."""
    code: str = "stale"
    detail_ja: str = "ほかの人が先に変更しました。"
    remedy_ja: str = "画面を最新にして、内容を確かめてください。"


@dataclass(frozen=True)
class NotFound:
    """There is none of this id, or it is gone."""

    code: str = "not_found"
    detail_ja: str = "見つかりません。保存の期限が過ぎて消えた可能性があります。"
    remedy_ja: str = "番号を確かめてください。"
