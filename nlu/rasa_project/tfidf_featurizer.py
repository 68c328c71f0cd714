"""Sparse features of a sentence: which words and which short runs of characters it holds, weighted by rarity.

Rasa's CountVectorsFeaturizer counts without weighting, so 「手続き」 weighs as much as 「転出」. Weighting by
rarity was worth five points of accuracy on the held-out sentences (benchmarks/understanding.py). Runs of
characters carry what a misheard or kana-written word still shares with the right one.
"""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

FILE = "vocabulary.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TfidfFeaturizer(SparseFeaturizer, GraphComponent):
    """One row per sentence: TF-IDF of words beside TF-IDF of character runs, each of length one."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Words come from a tokenizer."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Longest run of characters, and in how many sentences a word or run must occur to count."""
        return {**SparseFeaturizer.get_default_config(), "max_run": 3, "least_seen": 2}

    def __init__(self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource) -> None:
        super().__init__(name, config)
        self._storage = storage
        self._resource = resource
        self._words: dict[str, tuple[int, float]] = {}
        self._runs: dict[str, tuple[int, float]] = {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TfidfFeaturizer":
        """Make an untrained one."""
        return cls(config, execution_context.node_name, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which words and runs exist and how rare they are."""
        messages = [message for message in training_data.training_examples if message.get(TEXT)]
        self._words = self._weights((_words(message) for message in messages), len(messages), 0)
        self._runs = self._weights(
            (self._runs_of(message) for message in messages), len(messages), len(self._words)
        )
        with self._storage.write_to(self._resource) as directory:
            vocabulary = json.dumps({"words": self._words, "runs": self._runs}, ensure_ascii=False)
            (directory / FILE).write_text(vocabulary, encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> "TfidfFeaturizer":
        """Load a trained one; a missing or broken file is an error, never an untrained featurizer."""
        featurizer = cls(config, execution_context.node_name, model_storage, resource)
        with model_storage.read_from(resource) as directory:
            vocabulary = json.loads((directory / FILE).read_text(encoding="utf-8"))
        featurizer._words = {word: (int(i), float(w)) for word, (i, w) in vocabulary["words"].items()}
        featurizer._runs = {run: (int(i), float(w)) for run, (i, w) in vocabulary["runs"].items()}
        return featurizer

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to each message."""
        for message in messages:
            if message.get(TEXT) is None:
                continue
            row = self._row(message)
            message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to the training sentences."""
        self.process(training_data.training_examples)
        return training_data

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong beyond what types say."""

    def _runs_of(self, message: Message) -> list[str]:
        text = message.get(TEXT)
        lengths = range(1, self._config["max_run"] + 1)
        return [text[i : i + n] for n in lengths for i in range(len(text) - n + 1)]

    def _row(self, message: Message) -> csr_matrix:
        columns: list[int] = []
        values: list[float] = []
        for terms, weights in ((_words(message), self._words), (self._runs_of(message), self._runs)):
            found = {term: n for term, n in Counter(terms).items() if term in weights}
            weighted = np.array([(1 + np.log(n)) * weights[term][1] for term, n in found.items()])
            columns += [weights[term][0] for term in found]
            values += list(weighted / (np.linalg.norm(weighted) or 1.0))
        width = len(self._words) + len(self._runs)
        return csr_matrix((values, ([0] * len(columns), columns)), shape=(1, width))

    def _weights(
        self, sentences: Iterable[list[str]], sentence_count: int, first_column: int
    ) -> dict[str, tuple[int, float]]:
        """Column and smoothed inverse document frequency of every term seen often enough."""
        seen_in = Counter(term for terms in sentences for term in set(terms))
        kept = sorted(term for term, count in seen_in.items() if count >= self._config["least_seen"])
        return {
            term: (first_column + i, float(np.log((1 + sentence_count) / (1 + seen_in[term])) + 1))
            for i, term in enumerate(kept)
        }


def _words(message: Message) -> list[str]:
    return [token.lemma for token in message.get(TOKENS_NAMES[TEXT], [])]
