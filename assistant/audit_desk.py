"""What an auditor does: search the audit, prove it whole, place and lift 保全. Every search is itself in the audit."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from assistant.problems import Problem, of_refusal
from counter_bridge.audit import CODE, ENTITY_ID, AuditBroken, AuditEntry, AuditQuery
from counter_bridge.case import STATE_JA
from counter_bridge.preservation import Preservation
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_preservations import CaseTerm
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Actor

ACTS_JA = {
    "read": "見た",
    "list": "一覧を見た",
    "print": "書類を印刷・表示した",
    "export": "データを書き出した",
    "visit_open": "受付を始めた",
    "visit_change": "受付の内容を入れた",
    "visit_wipe": "受付の内容を消した",
    "consent_given": "カードの読み取りに同意した",
    "consent_withdraw": "同意を取り消した",
    "card_read": "カードを読み取った",
    "official_add": "役所の記録を入れた",
    "case_prepare": "案件を作った",
    "case_revise": "案件の内容が変わった",
    "case_call": "呼び出した",
    "case_recall": "もう一度呼び出した",
    "case_skip": "不在にした",
    "case_accept": "窓口で受け付けた",
    "case_tick": "確認の印を付けた",
    "case_see_paper": "書類を見た印を付けた",
    "case_identify": "本人確認を記録した",
    "case_annotate": "メモを書いた",
    "case_correct": "内容を直した",
    "case_return": "本人に戻した",
    "case_transfer": "別の窓口へ送った",
    "case_hold": "保留にした",
    "case_finish": "結果を記録した",
    "case_reopen": "保留から再開した",
    "case_undo": "操作を取り消した",
    "case_withdraw": "案件を取り下げた",
    "case_withdraw_consent": "同意を取り消した",
    "case_remove": "期限が来て消した",
    "case_preserve": "保全した",
    "case_preserve_lift": "保全を解いた",
    "conversation_take": "住民との会話を引き受けた",
    "conversation_say": "住民に話した",
    "conversation_tell": "住民の画面に出した・手続きを始めた",
    "conversation_suggest": "機械の下書きを見た",
    "conversation_approve": "下書きを確かめて出した",
    "conversation_transfer": "会話を引き継いだ",
    "conversation_give_back": "会話を機械に戻した",
    "conversation_wipe": "会話の記録を消した",
    "login": "ログインした",
    "logout": "ログアウトした",
    "session_end": "ログインを終わらせた",
    "user_add": "利用者を作った",
    "user_password": "パスワードを変えた",
    "user_roles": "役割を変えた",
    "user_disable": "利用者を停止した",
    "user_enable": "利用者の停止を解いた",
    "user_totp_on": "確認コードを設定した",
    "user_totp_off": "確認コードをやめた",
    "kiosk_add": "キオスクを加えた",
    "kiosk_code": "キオスクの登録番号を出した",
    "kiosk_pair": "キオスクを登録した",
    "kiosk_revoke": "キオスクの登録を取り消した",
    "search": "監査記録を調べた",
    "verify": "監査記録を検証した",
}
MOST_ENTRIES = 500


class AuditDesk:
    """The audit as auditors see it."""

    def __init__(self, store: SqlStore, clock: Callable[[], dt.datetime]):
        self._store = store
        self._clock = clock

    def search(
        self, by: Actor, wanted: AuditQuery, *, ticket: str | None = None, day: dt.date | None = None
    ) -> dict[str, Any]:
        """Entries that fit, newest first; a case may be named by its id or by day and number."""
        if ticket:
            term = self._store.case_term(day=day or self._clock().date(), ticket=ticket)
            if term is None:
                raise Problem(
                    404, "case_unknown", "この番号の件はありません。", "日付と受付番号を確かめてください。"
                )
            wanted = AuditQuery(**{**wanted.__dict__, "entity_id": term.case_id})
        _require_codes(wanted)
        asked = [
            n for n in ("entity_id", "entity", "actor", "act", "at_from", "at_until") if getattr(wanted, n)
        ]
        self._store.audit.append(
            by, "search", "audit", wanted.entity_id or wanted.actor or "all", ".".join(asked) or "everything"
        )
        found = self._store.audit.search(AuditQuery(**{**wanted.__dict__, "limit": wanted.limit + 1}))
        more = len(found) > wanted.limit
        shown = found[: wanted.limit]
        return {
            "entries": [_entry_json(entry) for entry in shown],
            "next_before": shown[-1].number if more else None,
        }

    @staticmethod
    def kinds() -> dict[str, Any]:
        """What can be searched for, in words."""
        return {"kinds": [{"id": act, "label": label} for act, label in ACTS_JA.items()]}

    def verify(self, by: Actor) -> dict[str, Any]:
        """Whether nothing was changed, taken out or cut off."""
        found = self._store.audit.verify()
        self._store.audit.append(by, "verify", "audit", "all")
        if isinstance(found, AuditBroken):
            return {"intact": False, "number": found.number, "reason": found.reason}
        return {"intact": True, "entries": found.entries, "head": found.head}

    def find(self, by: Actor, day: dt.date, ticket: str) -> dict[str, Any]:
        """State and term of a case by day and number; nothing of what is in it."""
        term = self._store.case_term(day=day, ticket=ticket)
        self._store.audit.append(by, "search", "case", "none" if term is None else term.case_id, "by_number")
        if term is None:
            raise Problem(
                404, "case_unknown", "この番号の件はありません。", "日付と受付番号を確かめてください。"
            )
        return _term_json(term)

    def preservations(self, by: Actor) -> dict[str, Any]:
        """Every 保全 of a case that is still there."""
        self._store.audit.append(by, "list", "preservation", "all")
        return {"preservations": [self._json(one) for one in self._store.list_preservations()]}

    def preserve(self, by: Actor, case_id: str, reason_ja: str) -> dict[str, Any]:
        """Keeps a case beyond its term."""
        return self._json(_done(self._store.preserve(case_id, reason_ja, by)))

    def lift(self, by: Actor, case_id: str, reason_ja: str) -> dict[str, Any]:
        """Lets a case go on its term again."""
        return self._json(_done(self._store.lift(case_id, reason_ja, by)))

    def _json(self, one: Preservation) -> dict[str, Any]:
        term = self._store.case_term(case_id=one.case_id)
        return {
            "case_id": one.case_id,
            "case": None if term is None else _term_json(term),
            "placed_at": one.placed_at.isoformat(),
            "placed_by": one.placed_by,
            "reason": one.reason_ja,
            "lifted_at": None if one.lifted_at is None else one.lifted_at.isoformat(),
            "lifted_by": one.lifted_by,
            "lifted_because": one.lifted_because_ja or None,
        }


def _require_codes(wanted: AuditQuery) -> None:
    """The audit holds codes and ids only; nothing else is looked for, or kept as having been looked for."""
    ids = (wanted.entity_id, wanted.actor)
    codes = (wanted.entity, wanted.act)
    if not all(i is None or ENTITY_ID.fullmatch(i) for i in ids) or not all(
        c is None or CODE.fullmatch(c) for c in codes
    ):
        raise Problem(
            422,
            "audit_query_invalid",
            "調べる言葉の形が正しくありません。",
            "受付番号か、案件・利用者の記号を入れてください。氏名では調べられません。",
        )


def _done(outcome: Preservation | NotAllowed | NotFound) -> Preservation:
    match outcome:
        case Preservation():
            return outcome
        case NotFound():
            raise of_refusal(outcome, status=404)
        case NotAllowed():
            raise of_refusal(outcome, status=409 if outcome.code == "already_preserved" else 422)


def _term_json(term: CaseTerm) -> dict[str, Any]:
    return {
        "case_id": term.case_id,
        "ticket": term.ticket,
        "day": term.day.isoformat(),
        "state": term.state.value,
        "state_ja": STATE_JA[term.state],
        "keep_until": term.keep_until.isoformat(),
        "preserved": term.preserved,
    }


def _entry_json(entry: AuditEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "role": entry.role,
        "act": entry.act,
        "act_ja": ACTS_JA.get(entry.act, entry.act),
        "entity": entry.entity,
        "entity_id": entry.entity_id,
        "why": entry.why,
    }
