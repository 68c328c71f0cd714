"""Which act is possible in which state of a conversation, and what state follows: one table.

conversation_changes.py obeys it, docs/operator.md shows it, tests walk it.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from counter_bridge.conversation import CONVERSATION_STATE_JA, ConversationState
from counter_bridge.staff import Role

S = ConversationState
MACHINE_LEADS = frozenset({S.ASSISTANT, S.WAITING, S.CALLBACK})
LIVE = MACHINE_LEADS | {S.HELD}
OPERATORS = frozenset({Role.TOWN_OPERATOR, Role.CONTRACT_OPERATOR, Role.COUNTER_STAFF})
TOWN = frozenset({Role.TOWN_OPERATOR, Role.COUNTER_STAFF})
SYSTEM_ONLY = frozenset({Role.SYSTEM})
RESIDENT_ONLY = frozenset({Role.RESIDENT})


@dataclass(frozen=True)
class ConversationRule:
    """One row: an act, from where, to where, by whom, and what must hold."""

    event: str
    name_ja: str
    before: frozenset[ConversationState]
    after: frozenset[ConversationState]
    """Empty: the state stays as it is."""
    roles: frozenset[Role]
    leader_only: bool = False
    """True: an operator may do it only while leading."""
    needs_ja: str = ""


def _rule(
    event: str,
    name_ja: str,
    before: frozenset[ConversationState] | set[ConversationState],
    after: set[ConversationState],
    roles: frozenset[Role],
    *,
    leader_only: bool = False,
    needs_ja: str = "",
) -> ConversationRule:
    return ConversationRule(event, name_ja, frozenset(before), frozenset(after), roles, leader_only, needs_ja)


TAKE_NEEDS_JA = "市の職員だけの理由(`town_only`)で呼ばれた会話は、委託オペレーターではないこと"

CONVERSATION_RULES: tuple[ConversationRule, ...] = (
    _rule(
        "call",
        "人を呼ぶ",
        MACHINE_LEADS,
        {S.WAITING},
        RESIDENT_ONLY | SYSTEM_ONLY,
        needs_ja="機械が呼ぶときは、職員が対応済みの理由ではないこと(本人は何度でも呼べる)。"
        "待っているあいだは、市の職員だけの理由(`town_only`)に変わるときだけ",
    ),
    _rule("take", "対応を始める", MACHINE_LEADS, {S.HELD}, OPERATORS, needs_ja=TAKE_NEEDS_JA),
    _rule("say", "話す", {S.HELD}, set(), OPERATORS, leader_only=True, needs_ja="2000字まで"),
    _rule("resident_said", "住民が送る", LIVE, set(), RESIDENT_ONLY),
    _rule(
        "assistant_said",
        "機械が案内する",
        LIVE,
        set(),
        SYSTEM_ONLY,
        needs_ja="オペレーターが話している間の言葉は残さない",
    ),
    _rule("tell", "両方に知らせる", {S.HELD}, set(), OPERATORS, leader_only=True),
    _rule(
        "suggest",
        "下書きを作る",
        LIVE,
        set(),
        OPERATORS | SYSTEM_ONLY,
        needs_ja="確かめを待つ下書きがないこと",
    ),
    _rule(
        "approve",
        "下書きを確かめて出す",
        LIVE,
        set(),
        TOWN,
        needs_ja="その下書きが残っていること。提案だけの下書きは、対応中の本人だけ",
    ),
    _rule("lapse", "下書きの期限が来る", LIVE, set(), SYSTEM_ONLY, needs_ja="期限が過ぎていること"),
    _rule(
        "transfer",
        "引き継ぐ",
        {S.HELD},
        {S.WAITING},
        OPERATORS,
        leader_only=True,
        needs_ja="引き継ぎのメモ。1000字まで",
    ),
    _rule(
        "give_back",
        "機械に戻す",
        {S.HELD},
        {S.ASSISTANT},
        OPERATORS,
        leader_only=True,
        needs_ja="呼ばれた理由は対応済みになる",
    ),
    _rule("leader_lost", "画面が離れたままになる", {S.HELD}, {S.WAITING}, SYSTEM_ONLY),
    _rule("pass", "次の担当に回す", {S.WAITING}, set(), SYSTEM_ONLY),
    _rule("nobody", "だれも出られない", {S.WAITING}, {S.CALLBACK}, SYSTEM_ONLY),
    _rule("give_up", "待つのをやめる", {S.WAITING, S.CALLBACK}, {S.ASSISTANT}, RESIDENT_ONLY),
    _rule("end", "受付が終わる", LIVE, {S.ENDED}, RESIDENT_ONLY | SYSTEM_ONLY),
)

CONVERSATION_RULE = {rule.event: rule for rule in CONVERSATION_RULES}

BEGIN_MARK, END_MARK = "<!-- table: begin -->\n", "<!-- table: end -->\n"


def conversation_markdown() -> str:
    """The two tables of docs/operator.md."""
    lines = ["| state | 表示 |", "|---|---|"]
    lines += [f"| `{state}` | {CONVERSATION_STATE_JA[state]} |" for state in S]
    lines += ["", "| act | 操作 | from | to | who | leader only | needs |", "|---|---|---|---|---|---|---|"]
    lines += [_row(rule) for rule in CONVERSATION_RULES]
    return "\n".join(lines) + "\n"


def _row(rule: ConversationRule) -> str:
    before = ", ".join(f"`{s}`" for s in S if s in rule.before)
    after = ", ".join(f"`{s}`" for s in S if s in rule.after) or "stays"
    roles = ", ".join(sorted(rule.roles))
    leader = "yes" if rule.leader_only else "no"
    return f"| `{rule.event}` | {rule.name_ja} | {before} | {after} | {roles} | {leader} | {rule.needs_ja} |"


def with_table(page: str) -> str:
    """The page with its table as it is now."""
    head, _, rest = page.partition(BEGIN_MARK)
    _, _, tail = rest.partition(END_MARK)
    return f"{head}{BEGIN_MARK}{conversation_markdown()}{END_MARK}{tail}"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(with_table(page.read_text(encoding="utf-8")), encoding="utf-8")
