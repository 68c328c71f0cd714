"""Rasa's tokenizer for Japanese: words by Sudachi, the same as everywhere else in `nlu`.

Rasa's own tokenizers either refuse Japanese or need a dictionary of their own; one dictionary for training,
serving and extraction keeps a word one word everywhere.
"""

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from nlu.tokens import words

PUNCTUATION = "補助記号"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SudachiTokenizer(Tokenizer):
    """Splits text into Sudachi's short units; the lemma is the normalised form (引越し, 引っ越し → 引っ越し)."""

    @staticmethod
    def supported_languages() -> list[str]:
        """Japanese only."""
        return ["ja"]

    @staticmethod
    def get_default_config() -> dict[str, object]:
        """Intents are never split."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens of one attribute of `message`, in order, with their places in the text."""
        return [
            Token(word.surface, word.start, word.end, lemma=word.normal)
            for word in words(message.get(attribute), units="short")
            if word.part != PUNCTUATION
        ]
