import pytest

from nlu.commands_ja import find_command, speaks_of_danger
from nlu.normalise import normalise

COMMANDS = [
    ("戻って", "back"), ("前に戻って", "back"), ("前の質問に戻りたいです", "back"), ("もどる", "back"), ("ひとつ前に戻ってください", "back"),
    ("さっきのなしで", "back"), ("やり直したい", "back"), ("取り消して", "back"),
    ("人と話したい", "call_human"), ("人と話したいです", "call_human"), ("職員さん呼んで", "call_human"), ("職員を呼んでください", "call_human"),
    ("職員に相談したい", "call_human"), ("職員の方をお願いしたいんですが", "call_human"), ("係の人に代わって", "call_human"), ("誰か来て", "call_human"),
    ("機械は苦手なんです", "call_human"), ("人に相談したい", "call_human"), ("窓口の人と話したい", "call_human"), ("オペレーターにつないで", "call_human"),
    ("番号札だけください", "ticket_only"), ("番号札だけでいいです", "ticket_only"), ("整理券をください", "ticket_only"), ("番号札お願いします", "ticket_only"),
    ("ちょっと待って", "wait"), ("待ってください", "wait"), ("少し待ってもらえますか", "wait"), ("ちょっと考えさせて", "wait"),
    ("もう一度言ってください", "repeat"), ("もう一回", "repeat"), ("聞こえませんでした", "repeat"), ("なんて言いました?", "repeat"), ("え?", "repeat"),
    ("やめます", "stop"), ("中止", "stop"), ("キャンセルしたい", "stop"), ("帰ります", "stop"), ("もうやめたい", "stop"), ("また今度にします", "stop"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "command"), COMMANDS)
def test_commands_in_many_words(said: str, command: str) -> None:
    assert find_command(normalise(said)) == command


NO_COMMANDS = [
    "前の住所に戻って暮らす", "実家に戻ってきました", "妻と話したいことがある", "一緒に暮らすことをやめる手続き", "ここで待っていればいいですか", "母の介護をやめたい",
    "国保をやめたい", "はい", "いいえ", "結構です", "妻の代わりに来ました", "父を呼び寄せました", "印鑑登録をお願いします", "番号がわかりません", "帰国しました",
    "担当の方に言われて来ました", "会社をやめました",
]  # fmt: skip


@pytest.mark.parametrize("said", NO_COMMANDS)
def test_other_sentences_are_no_commands(said: str) -> None:
    assert find_command(normalise(said)) is None


DANGER = [
    "夫に殴られています", "夫の暴力から逃げてきました", "DVの相談をしたい", "支援措置をお願いしたい", "住所を知られたくない人がいます", "死にたい", "もう死にたいです",
    "元彼にストーカーされています", "子どもが虐待されているかもしれない", "主人に脅されています", "居場所を知られたくないんです", "つきまとわれています", "夫から逃げてきました",
    "親に殴られて家を出ました", "住民票の閲覧制限をかけたい", "なぐられました", "殺されるかもしれない",
    "こっそり家を出てきました", "夫に見つからないようにしたい", "誰にも知られたくないんです", "元夫につけ回されています", "首を絞められました",
]  # fmt: skip


@pytest.mark.parametrize("said", DANGER)
def test_words_of_danger_are_heard(said: str) -> None:
    assert speaks_of_danger(normalise(said))


@pytest.mark.parametrize(
    "said",
    [
        "妻と子どもと引っ越してきました", "暴力団対策の冊子はありますか", "災害で避難してきました", "父が死にました", "地震で家族と逃げてきました", "犬に逃げられました",
        "転出届を出したい", "税金から逃げたい", "死亡届を出したい", "夫が亡くなりました",
        "母の首のけがの手続き", "誰に聞けばいいですか", "夫にも見せたいです",
    ],
)  # fmt: skip
def test_ordinary_sentences_are_no_danger(said: str) -> None:
    assert not speaks_of_danger(normalise(said))
