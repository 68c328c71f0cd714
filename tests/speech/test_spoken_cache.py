import os
from pathlib import Path

import pytest

from speech.fake_speaker import FakeVoice
from speech.speaker import Manner, Spoken
from speech.spoken_cache import SpokenCache, cache_directory

USUAL = Manner()


def made(sentence: str) -> Spoken:
    return FakeVoice().utter(sentence, USUAL)


def keep(cache: SpokenCache, *sentences: str) -> None:
    for sentence in sentences:
        cache.keep("voice", sentence, USUAL, made(sentence))


def test_what_is_kept_is_found_by_another_process(tmp_path: Path) -> None:
    keep(SpokenCache(tmp_path), "こんにちは。")
    assert SpokenCache(tmp_path).find("voice", "こんにちは。", USUAL) == made("こんにちは。")


def test_another_voice_text_or_manner_is_another_sound(tmp_path: Path) -> None:
    cache = SpokenCache(tmp_path)
    keep(cache, "こんにちは。")
    assert cache.find("other", "こんにちは。", USUAL) is None
    assert cache.find("voice", "こんばんは。", USUAL) is None
    assert cache.find("voice", "こんにちは。", Manner(0.8)) is None


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-7], lambda _: b"", lambda b: b"{}\n" + b, lambda b: b.replace(b"at_s", b"at")]
)
def test_a_damaged_file_counts_as_not_kept_and_goes(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    cache = SpokenCache(tmp_path)
    keep(cache, "こんにちは。")
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert cache.find("voice", "こんにちは。", USUAL) is None
    assert not file.exists()


def test_what_was_not_used_for_longest_makes_room(tmp_path: Path) -> None:
    first = SpokenCache(tmp_path)
    keep(first, "あああ。")
    (file,) = tmp_path.iterdir()
    cache = SpokenCache(tmp_path, limit_bytes=2 * file.stat().st_size + 10)
    keep(cache, "いいい。")
    for kept in tmp_path.iterdir():
        os.utime(kept, ns=(1, 1))
    assert cache.find("voice", "あああ。", USUAL)
    keep(cache, "ううう。")
    assert cache.find("voice", "いいい。", USUAL) is None
    assert cache.find("voice", "あああ。", USUAL)
    assert cache.find("voice", "ううう。", USUAL)


def test_no_unfinished_file_is_left(tmp_path: Path) -> None:
    keep(SpokenCache(tmp_path), "あ。", "い。")
    assert {path.suffix for path in tmp_path.iterdir()} == {".spoken"}


def test_a_place_that_cannot_be_written_keeps_nothing_and_harms_nobody(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    cache = SpokenCache(blocked / "spoken")
    keep(cache, "あ。")
    assert cache.find("voice", "あ。", USUAL) is None


def test_the_usual_place_is_the_cache_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_directory() == tmp_path / "one-counter" / "spoken"
