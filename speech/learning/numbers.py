"""Answers with figures: dates, ages, counts and money, since sentences of the knowledge base hold few of them."""

import random
from collections.abc import Callable

_ERAS = (("平成", 1, 31), ("昭和", 10, 63), ("令和", 1, 9))
_PLACES = ("丁目", "番地", "号室", "階", "番")
_PEOPLE = (
    "子どもは{}人います",
    "{}人家族です",
    "{}人です",
    "私を入れて{}人です",
    "大人が{}人と子どもが1人です",
)
_AGES = (
    "{}歳です",
    "娘は{}歳です",
    "父が{}歳になりました",
    "{}歳の子どもがいます",
    "母は{}歳で一人暮らしです",
    "{}歳と{}歳です",
)
_DAYS = (
    "{}に引っ越しました",
    "{}です",
    "{}に生まれました",
    "{}に亡くなりました",
    "{}に退職しました",
    "{}から働いています",
    "{}に引っ越す予定です",
    "引っ越しは{}でした",
    "入籍は{}です",
)  # fmt: skip
_LATELY = (
    "{}日前に引っ越してきました",
    "{}週間前です",
    "{}か月前に辞めました",
    "{}年前からです",
    "{}日後に引っ越します",
)
_COUNTS = (
    "{}通お願いします",
    "住民票を{}通ください",
    "{}枚です",
    "{}部必要です",
    "車は{}台あります",
    "犬が{}匹います",
)
_MONEY = ("{}万円です", "{}円くらいです", "月に{}万円もらっています", "{}円のお支払いです")


def answers(count: int, seed: int = 0) -> tuple[str, ...]:
    """`count` different answers, the same for a seed; of each kind about as many."""
    chance = random.Random(seed)  # noqa: S311  (lessons, not secrets)
    kinds = (_day, _day, _age, _people, _lately, _count, _money, _place)
    made: dict[str, None] = {}
    while len(made) < count:
        kind: Callable[[random.Random], str] = kinds[len(made) % len(kinds)]
        made[kind(chance)] = None
    return tuple(made)


def _day(chance: random.Random) -> str:
    day = f"{chance.randint(1, 12)}月{chance.randint(1, 31)}日"
    if chance.random() < 0.35:
        era, first, last = chance.choice(_ERAS)
        day = f"{era}{chance.randint(first, last)}年{day}"
    return chance.choice(_DAYS).format(day)


def _age(chance: random.Random) -> str:
    return chance.choice(_AGES).format(chance.randint(1, 99), chance.randint(1, 18))


def _people(chance: random.Random) -> str:
    return chance.choice(_PEOPLE).format(chance.randint(1, 9))


def _lately(chance: random.Random) -> str:
    return chance.choice(_LATELY).format(chance.randint(1, 25))


def _count(chance: random.Random) -> str:
    return chance.choice(_COUNTS).format(chance.randint(1, 10))


def _money(chance: random.Random) -> str:
    return chance.choice(_MONEY).format(
        chance.choice((1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30, 100, 300, 450, 1000))
    )


def _place(chance: random.Random) -> str:
    parts = chance.sample(_PLACES, 2)
    return "".join(f"{chance.randint(1, 30)}{part}" for part in parts) + "です"
