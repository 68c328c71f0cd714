"""What a result of the card part means to the person at the counter, and what to do now, in Japanese.

The codes are part of the stable surface (API.md); the words are for `detail` and `remedy` of a problem answer. None
of them carries a value from the card.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Advice:
    """Two sentences: what happened, what to do."""

    detail_ja: str
    remedy_ja: str


WITHOUT_CARD = "カードを使わずに進むこともできます。"

ADVICE: Mapping[str, Advice] = MappingProxyType(
    {
        "card_absent": Advice(
            "カードがまだ置かれていません。", f"カードリーダーに置いてください。{WITHOUT_CARD}"
        ),
        "card_removed": Advice(
            "読み取りの途中でカードが離れました。何も保存していません。",
            "もう一度カードを置いて、暗証番号の入力からやり直してください。",
        ),
        "pin_wrong": Advice(
            "暗証番号が違います。", f"残りの回数を確かめて、もう一度入力してください。{WITHOUT_CARD}"
        ),
        "pin_last_try": Advice(
            "暗証番号を入力できるのは、あと1回です。間違えるとカードがロックされます。",
            f"番号に自信があるときだけ続けてください。{WITHOUT_CARD}",
        ),
        "pin_locked": Advice(
            "このカードの暗証番号はロックされています。",
            f"窓口で暗証番号の再設定ができます。{WITHOUT_CARD}",
        ),
        "pin_malformed": Advice(
            "暗証番号は数字4けたです。カードにはまだ送っていません。", "数字を4つ入力してください。"
        ),
        "not_my_number_card": Advice(
            "マイナンバーカードではないようです。", f"マイナンバーカードを置いてください。{WITHOUT_CARD}"
        ),
        "card_unreadable": Advice(
            "カードを読み取れませんでした。何も保存していません。",
            f"カードを置き直して、もう一度お試しください。{WITHOUT_CARD}",
        ),
        "reader_absent": Advice(
            "いまカードリーダーが使えません。", "カードを使わずに進めます。職員にもお知らせください。"
        ),
        "virtual_reader_refused": Advice(
            "見本用のカードリーダーしかつながっていません。",
            "職員がカードリーダーを確認します。カードを使わずに進めます。",
        ),
    }
)
"""By the code of a result or error of the card part."""
