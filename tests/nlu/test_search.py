"""Search by meaning and words: finds without Rasa, says when it cannot, and its confidence means something."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kb.model import KnowledgeBase
from nlu.encoder import Encoder, Vectors, encoded, load_encoder
from nlu.rasa_model import written_sentences
from nlu.search import Search
from nlu.topics import Topic, topics_of
from nlu.training import training_sentences
from nlu.training_sentences import unseen
from nlu.word_index import WordIndex
from tests.nlu.held_out import held_out

ROOT = Path(__file__).parent.parent.parent
DOG = Topic("dog_change_notice", "犬の所在地の変更届", ("犬と引っ越してきた",), False)
BIRTH = Topic("birth", "出生", ("赤ちゃんが生まれた",), True)


class LetterEncoder:
    """Counts letters: knows nothing of meaning and needs no model."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    @property
    def name(self) -> str:
        return "letters"

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for sign in text:
                row[ord(sign) % 64] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="module")
def search(kb: KnowledgeBase, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Search:
    found = Search(topics_of(kb), written_sentences(), cache_dir=tmp_path_factory.mktemp("cache"))
    found.warm_up(encoder)
    assert found.wait_until_up(120).kind == "up", found.state
    return found


def test_before_it_is_warm_it_finds_nothing_and_says_so() -> None:
    cold = Search((DOG,), cache_dir=None)
    assert cold.search("犬と引っ越してきた") == ()
    assert cold.state.kind == "down"
    assert cold.state.reason == "not started"


def test_warming_up_does_not_wait() -> None:
    lazy = Search((DOG,), cache_dir=None)
    lazy.warm_up(LetterEncoder())
    assert lazy.wait_until_up(30).kind == "up"
    assert [candidate.id for candidate in lazy.search("犬と引っ越してきた")] == ["dog_change_notice"]


def test_importing_it_does_not_load_the_model_library() -> None:
    program = "import nlu.search, nlu.faq, sys; assert 'sentence_transformers' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)  # noqa: S603 -- this interpreter


def test_a_model_that_cannot_be_loaded_leaves_it_down_with_the_reason(tmp_path: Path) -> None:
    broken = Search((DOG,), cache_dir=None, model=str(tmp_path / "no-model"))
    broken.warm_up()
    assert broken.wait_until_up(60).kind == "down"
    assert "cannot be loaded" in broken.state.reason
    assert broken.search("犬") == ()


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("ワンちゃんも一緒に越してきたんですけど", "dog_change_notice"),
        ("うちの赤ん坊が先日産まれまして", "birth"),
        ("シングルファーザーの医療費の補助", "single_parent_medical_subsidy"),
        ("燃えるゴミの曜日", "garbage_guide"),
    ],
)
def test_it_finds_by_meaning_what_no_wording_says(search: Search, text: str, topic: str) -> None:
    assert topic in {candidate.id for candidate in search.search(text, 3)}


def test_candidates_are_named_and_come_best_first(search: Search, kb: KnowledgeBase) -> None:
    found = search.search("国民健康保険に入りたい", 5)
    assert len(found) == 5
    assert all(0 <= candidate.confidence <= 1 for candidate in found)
    confidences = [candidate.confidence for candidate in found]
    assert confidences == sorted(confidences, reverse=True)
    names = {
        **{p.id: p.name_ja for p in kb.procedures.values()},
        **{e.id: e.name_ja for e in kb.life_events.values()},
    }
    assert all(names[candidate.id] == candidate.name_ja for candidate in found)


@pytest.mark.parametrize("text", ["", "  ", "😀", "。。。", "\x00"])
def test_nothing_said_finds_nothing(search: Search, text: str) -> None:
    assert search.search(text) == ()


@pytest.mark.parametrize("text", ["あ" * 1_000_000, "hello", "\U00020bb7" * 300, "住民票\n" * 1000])
def test_no_text_is_too_awkward(search: Search, text: str) -> None:
    assert len(search.search(text)) == 5


def test_small_talk_is_not_taken_for_a_request(search: Search) -> None:
    for text in ("こんにちは、いい天気ですね", "ありがとう、助かりました", "おいしいラーメン屋を教えて"):
        assert max(candidate.confidence for candidate in search.search(text)) < 0.5, text


def test_vectors_are_kept_by_content(tmp_path: Path) -> None:
    first, second = LetterEncoder(), LetterEncoder()
    kept = encoded(first, ["犬", "猫"], tmp_path)
    assert np.array_equal(encoded(second, ["犬", "猫"], tmp_path), kept)
    assert second.texts == []
    encoded(second, ["犬", "鳥"], tmp_path)
    assert second.texts == ["犬", "鳥"]


def test_the_packaged_encoder_gives_rows_of_length_one(encoder: Encoder) -> None:
    rows = encoder.encode(["引っ越してきました", "越してきました", "カレーの作り方"])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    index = WordIndex(["犬の登録", "印鑑の登録", "原付の登録", "猫の写真"])
    shares = index.shares("印鑑の登録")
    assert shares.argmax() == 1
    assert shares[1] > 0.8
    assert shares[3] < shares[0] < 0.6


def test_an_unknown_word_and_an_empty_index_score_nothing() -> None:
    assert not WordIndex(["犬の登録"]).scores("xyzzy").any()
    assert WordIndex([]).scores("犬").size == 0


def test_sentences_nobody_wrote_down_are_found_and_confidence_tells_how_surely(
    search: Search, kb: KnowledgeBase
) -> None:
    """Floors below what benchmarks/understanding.py measures, so that a loss is noticed and noise is not."""
    trained = training_sentences(topics_of(kb))
    fresh = set(unseen((case.text for case in held_out()), trained))
    known = {*kb.life_events, *kb.procedures}
    hits, sure_and_wrong, sure = [], 0, 0
    for case in held_out():
        found = search.search(case.text, 3)
        if case.text not in fresh or not found:
            continue
        wanted = case.any_of & known
        if wanted:
            hits.append(bool(wanted & {candidate.id for candidate in found}))
        if found[0].confidence >= 0.8:
            sure += 1
            sure_and_wrong += found[0].id not in wanted
    assert len(hits) >= 120
    assert sum(hits) / len(hits) >= 0.88
    assert sure_and_wrong / sure <= 0.1


def test_it_recalls_what_sounds_like_words_in_the_wrong_letters(search: Search) -> None:
    recalled = search.recall(["障害者手長の親生をしたいです。", "障害者店長の審生をしたいです。"])
    assert any("手帳" in sentence for sentence in recalled[:3])
    assert len(recalled) == len(set(recalled)) == 10


def test_it_recalls_nothing_for_no_words_and_before_it_is_warm(search: Search) -> None:
    assert search.recall([]) == search.recall(["", "。"]) == ()
    assert Search((DOG,), cache_dir=None).recall(["犬と引っ越してきた"]) == ()
