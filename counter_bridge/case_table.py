"""Which act is possible in which state of a case, and what state follows: one table.

case_events.py obeys it, docs/case-states.md is printed from it, tests walk it.
"""

import sys
from dataclasses import dataclass

from counter_bridge.case import STATE_JA, CaseState
from counter_bridge.staff import Role

S = CaseState
CLERK = frozenset({Role.COUNTER_STAFF})
CLERK_OR_OPERATOR = frozenset({Role.COUNTER_STAFF, Role.TOWN_OPERATOR})
RESIDENT_OR_CLERK = frozenset({Role.RESIDENT, Role.COUNTER_STAFF})
NOT_YET_ACCEPTED = frozenset({S.PREPARED, S.CALLED, S.ABSENT, S.TRANSFERRED, S.RETURNED})
EVERY_LIVE = NOT_YET_ACCEPTED | {S.ACCEPTED, S.ON_HOLD}


@dataclass(frozen=True)
class Rule:
    """One row: an act, from where, to where, by whom, and what must hold."""

    event: str
    name_ja: str
    before: frozenset[CaseState]
    after: frozenset[CaseState]
    """Empty: the state stays as it is."""
    roles: frozenset[Role]
    holder_only: bool
    """True: while a clerk has the case, only that clerk."""
    undoable: bool
    needs_ja: str = ""


def _rule(
    event: str,
    name_ja: str,
    before: frozenset[CaseState] | set[CaseState],
    after: set[CaseState],
    roles: frozenset[Role] = CLERK,
    *,
    holder_only: bool = True,
    undoable: bool = True,
    needs_ja: str = "",
) -> Rule:
    return Rule(event, name_ja, frozenset(before), frozenset(after), roles, holder_only, undoable, needs_ja)


RULES: tuple[Rule, ...] = (
    _rule("call", "呼び出す", {S.PREPARED, S.ABSENT, S.TRANSFERRED, S.RETURNED}, {S.CALLED}),
    _rule("recall", "もう一度呼ぶ", {S.CALLED}, set()),
    _rule("skip", "不在にする", {S.CALLED}, {S.ABSENT}),
    _rule("accept", "受け付ける(受理ではない)", NOT_YET_ACCEPTED, {S.ACCEPTED}),
    _rule("tick", "確認の印を付ける", {S.CALLED, S.ACCEPTED}, set(), needs_ja="支援措置の確認が最初"),
    _rule("see_paper", "書類を見たことを記録する", {S.CALLED, S.ACCEPTED}, set()),
    _rule(
        "identify", "本人確認を記録する", {S.ACCEPTED}, set(), needs_ja="そろった記録。書類の印刷はこのあと"
    ),
    _rule(
        "annotate", "メモを書く", EVERY_LIVE, set(), CLERK_OR_OPERATOR, holder_only=False, needs_ja="3行まで"
    ),
    _rule("correct", "職員が直す", NOT_YET_ACCEPTED | {S.ACCEPTED}, set(), CLERK_OR_OPERATOR),
    _rule(
        "return", "本人に戻す", {S.CALLED, S.ACCEPTED}, {S.RETURNED}, needs_ja="理由。受理した手続がないこと"
    ),
    _rule(
        "transfer",
        "別の窓口へ送る",
        NOT_YET_ACCEPTED | {S.ACCEPTED},
        {S.TRANSFERRED},
        holder_only=False,
        needs_ja="別の窓口であること",
    ),
    _rule(
        "hold",
        "手続を保留する",
        {S.ACCEPTED},
        {S.ACCEPTED, S.ON_HOLD},
        needs_ja="何を待つか。期限は保留の日数まで。全手続が決まると保留になる",
    ),
    _rule(
        "finish",
        "結果を付けて終える",
        {S.ACCEPTED},
        {S.FINISHED, S.ON_HOLD},
        needs_ja="支援措置の確認、全手続の結果、本人確認の記録。補正・保留があれば保留になる",
    ),
    _rule("reopen", "後日、再開する", {S.ON_HOLD}, {S.ACCEPTED}, needs_ja="本人確認を新しく記録"),
    _rule(
        "revise",
        "住民が直す",
        NOT_YET_ACCEPTED,
        {S.PREPARED, S.CALLED, S.ABSENT, S.TRANSFERRED},
        RESIDENT_OR_CLERK,
        holder_only=False,
        undoable=False,
        needs_ja="戻された件は準備済みになる。ほかは状態が変わらない",
    ),
    _rule(
        "withdraw",
        "取りやめる",
        NOT_YET_ACCEPTED,
        {S.WITHDRAWN},
        RESIDENT_OR_CLERK,
        holder_only=False,
        undoable=False,
        needs_ja="内容はすぐに消える",
    ),
    _rule(
        "withdraw_consent",
        "同意を取り消す",
        EVERY_LIVE | {S.FINISHED},
        set(),
        RESIDENT_OR_CLERK,
        holder_only=False,
        undoable=False,
        needs_ja="その情報を使う届出が受理されていないこと",
    ),
    _rule(
        "undo",
        "元に戻す",
        EVERY_LIVE | {S.FINISHED},
        set(EVERY_LIVE),
        CLERK_OR_OPERATOR,
        holder_only=False,
        undoable=False,
        needs_ja="10秒以内、同じ人、最後の操作",
    ),
)

RULE: dict[str, Rule] = {rule.event: rule for rule in RULES}


def case_states_markdown() -> str:
    """The table as the page docs/case-states.md."""
    lines = [
        "# States of a case",
        "",
        "Printed from `counter_bridge/case_table.py` (`python -m counter_bridge.case_table > docs/case-states.md`);",
        "a test keeps the two the same.",
        "",
        "| state | 表示 |",
        "|---|---|",
        *(f"| `{state}` | {STATE_JA[state]} |" for state in CaseState),
        "",
        "| act | 操作 | from | to | who | holder only | undo 10 s | needs |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for rule in RULES:
        cells = (
            f"`{rule.event}`",
            rule.name_ja,
            _states(rule.before),
            _states(rule.after) if rule.after else "stays",
            ", ".join(sorted(rule.roles)),
            "yes" if rule.holder_only else "no",
            "yes" if rule.undoable else "no",
            rule.needs_ja or "",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _states(states: frozenset[CaseState]) -> str:
    return ", ".join(f"`{state}`" for state in CaseState if state in states)


if __name__ == "__main__":
    sys.stdout.write(case_states_markdown())
