"""保全: a case that is not removed when its term is over, until the reason for keeping it has gone.

It stops the removal by term and nothing else: a resident's correction or withdrawn consent still counts.
"""

import datetime as dt
from dataclasses import dataclass, field

from counter_bridge.refusal import NotAllowed

MOST_REASON = 500


@dataclass(frozen=True)
class Preservation:
    """One 保全 of one case, placed and perhaps lifted."""

    preservation_id: str
    case_id: str
    placed_at: dt.datetime
    placed_by: str
    reason_ja: str = field(repr=False)
    lifted_at: dt.datetime | None = None
    lifted_by: str | None = None
    lifted_because_ja: str = field(default="", repr=False)


def reason_refused(reason_ja: str) -> NotAllowed | None:
    """Why a reason will not do."""
    if not reason_ja.strip():
        return NotAllowed("reason_missing", "理由がありません。", "根拠や求めた部署を書いてください。")
    if len(reason_ja) > MOST_REASON:
        return NotAllowed("reason_too_long", f"理由は{MOST_REASON}字までです。", "短く書いてください。")
    return None
