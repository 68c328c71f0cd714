"""The main job in the terminal, by a person who types: the same engine as the kiosk."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.chat import _Echoing, _Talk
from tests.assistant.conftest import DAY, FIRST_SENTENCE, App, Desk, good

END = "end of typing"


class Typist:
    """Says line after line in the talk, then hangs up or does not know; other prompts have answers of their own."""

    def __init__(self, *lines: str, then: str = END, **answers: str):
        self.lines = list(lines)
        self.then = then
        card = answers.get("写しますか", "n")
        self.answers = {**answers, "写しますか": card, "使ってよいですか": "n", "入力しますか": "n"}

    def __call__(self, prompt: str) -> str:
        if prompt != "> ":
            return next((a for part, a in self.answers.items() if part in prompt), "1234")
        if self.lines:
            return self.lines.pop(0)
        if self.then == END:
            raise EOFError
        return self.then


@pytest.fixture
def talk(app: App) -> Iterator[Any]:
    def run(*lines: str, then: str = END, on: str = DAY, **answers: str) -> int:
        code: int = _Talk(app.client, Typist(*lines, then=then, **answers)).run(on)
        return code

    return run


def tickets(desk: Desk) -> list[str]:
    return [c["ticket"] for c in good(desk.get("/cases"))["cases"]]


def test_from_the_first_sentence_to_the_ticket(talk: Any, desk: Desk, capsys: Any) -> None:
    assert talk(FIRST_SENTENCE, "はい", then="わからない") == 0
    shown = capsys.readouterr().out
    assert "次のように伺いました" in shown
    assert "転入届" in shown
    assert "住民基本台帳法 第22条" in shown
    assert "まだ届出は済んでいません" in shown
    assert tickets(desk)[0] in shown


def test_for_a_program_it_tells_each_answer_and_never_the_token(app: App, capsys: Any) -> None:
    assert _Talk(_Echoing(app.client), Typist("t"), lambda _text: None).run(DAY) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["step"]["kind"] == "ask"
    assert "ticket" in lines[-1]
    assert not any("token" in line for line in lines)


def test_numbers_choose_options(talk: Any, capsys: Any) -> None:
    talk("1")
    assert "●" in capsys.readouterr().out


def test_a_bare_ticket_stays(talk: Any, desk: Desk, capsys: Any) -> None:
    assert talk("t") == 0
    (ticket,) = tickets(desk)
    assert ticket in capsys.readouterr().out


@pytest.mark.parametrize("lines", [("q",), (FIRST_SENTENCE, "q"), (), (FIRST_SENTENCE,)])
def test_leaving_or_hanging_up_forgets_everything(
    app: App, talk: Any, desk: Desk, capsys: Any, lines: tuple[str, ...]
) -> None:
    assert talk(*lines) == 0
    assert "内容を消して" in capsys.readouterr().out
    assert tickets(desk) == []
    entries = app.services.store.audit.list()
    assert [e.act for e in entries if e.entity == "visit"], "the visit is gone, and that is on record"


def test_a_wish_for_a_person_ends_in_a_ticket(talk: Any, desk: Desk, capsys: Any) -> None:
    assert talk("職員さんと話したいです") == 0
    assert "職員が直接お話を伺います" in capsys.readouterr().out
    assert len(tickets(desk)) == 1


def test_the_card_is_read_with_consent_field_by_field(talk: Any, desk: Desk, capsys: Any) -> None:
    code = talk(FIRST_SENTENCE, "はい", then="わからない", 写しますか="y", 氏名を使って="")
    shown = capsys.readouterr().out
    assert code == 0
    assert "第61条" in shown
    assert "あと3回" in shown
    read = next(line for line in shown.splitlines() if "読み取りました" in line)
    assert "氏名" in read
    assert "生年月日" not in read
    assert "1234" not in shown


def test_a_day_that_cannot_be_is_told(talk: Any, capsys: Any) -> None:
    assert talk(on="yesterday") == 1
    assert "形" in capsys.readouterr().out


def test_back_and_not_knowing(talk: Any, capsys: Any) -> None:
    talk("1", "b", "1", "?")
    assert capsys.readouterr().out.count("今日はどうされましたか") >= 1
