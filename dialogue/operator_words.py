"""What is said when a person takes the lead or gives it back, and what operators may send with one touch."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

WORDS = Path(__file__).parent / "replies" / "operator" / "ja.yaml"


@cache
def _words() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return found


def operator_words(sentence: str, **values: object) -> str:
    """A sentence by its dotted name, filled.

    >>> operator_words("announce.town", name="山田")
    'ここからは職員の山田(遠隔)がお話しします。'
    """
    found: Any = _words()
    for part in sentence.split("."):
        found = found[part]
    return str(found).format(**values)


def word_of(group: str, name: str) -> str:
    """An entry of a group, its `default` for a name it does not have; "" without one."""
    entries = _words()[group]
    return str(entries.get(name, entries.get("default", "")))


def canned_replies(**values: object) -> list[dict[str, str]]:
    """The replies sent with one touch, filled."""
    return [
        {"id": one["id"], "label_ja": one["label"], "text_ja": one["text"].format(**values)}
        for one in _words()["canned"]
    ]
