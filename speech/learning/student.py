"""Whisper as PyTorch sees it, over the recogniser's own arrays, which stay as they are, and thin factors that learn.

Names and shapes are CTranslate2's: queries, keys and values lie in one matrix.
"""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from speech.low_rank import Factors

_UNTOUCHED = ("conv", "embeddings", "encodings", "norm")


class Student(nn.Module):
    """Answers how likely each next token is; `factors` tells what it learnt."""

    def __init__(self, weights: Mapping[str, npt.NDArray[np.generic]], *, rank: int, seed: int = 0):
        super().__init__()
        self._fixed = {
            name: torch.from_numpy(array.astype(np.float32))
            for name, array in weights.items()
            if array.dtype == np.float16
        }
        self._heads = int(weights["encoder/num_heads"])
        self._layers = sum(name.endswith("/ffn/linear_0/weight") for name in self._of("encoder"))
        chance = torch.Generator().manual_seed(seed)
        self._left, self._right = nn.ParameterDict(), nn.ParameterDict()
        for name, matrix in self._fixed.items():
            if name.endswith("/weight") and not any(part in name for part in _UNTOUCHED):
                key, (out, into) = name.replace("/", ":"), matrix.shape
                self._left[key] = nn.Parameter(torch.zeros(out, rank))
                self._right[key] = nn.Parameter(torch.randn(rank, into, generator=chance) / math.sqrt(into))

    def factors(self) -> dict[str, Factors]:
        """What is to be added, as whole numbers."""
        return {
            key.replace(":", "/"): Factors.of(left.detach().numpy(), self._right[key].detach().numpy())
            for key, left in self._left.items()
        }

    def encoded(self, mel: Tensor) -> Tensor:
        """Mel spectrograms (batch, 80, frames) as (batch, frames / 2, width)."""
        sound = self._convolved(self._convolved(mel, "encoder/conv1", 1), "encoder/conv2", 2).transpose(1, 2)
        sound = sound + self._fixed["encoder/position_encodings/encodings"][: sound.shape[1]]
        for layer in range(self._layers):
            at = f"encoder/layer_{layer}"
            sound = sound + self._looked(sound, f"{at}/self_attention", causal=False)
            sound = sound + self._thought(sound, f"{at}/ffn")
        return self._normed(sound, "encoder")

    def forward(self, mel: Tensor, tokens: Tensor, asked: Tensor) -> Tensor:
        """Logits after those of `tokens` (batch, length) where `asked` (batch, length; bool) is true: (asked, words)."""
        sound = self.encoded(mel)
        embeddings = self._fixed["decoder/embeddings/weight"]
        text = functional.embedding(tokens, embeddings)
        text = text + self._fixed["decoder/position_encodings/encodings"][: tokens.shape[1]]
        for layer in range(self._layers):
            at = f"decoder/layer_{layer}"
            text = text + self._looked(text, f"{at}/self_attention", causal=True)
            text = text + self._listened(text, sound, f"{at}/attention")
            text = text + self._thought(text, f"{at}/ffn")
        return functional.linear(self._normed(text, "decoder")[asked], embeddings)

    def _of(self, part: str) -> list[str]:
        return [name for name in self._fixed if name.startswith(f"{part}/")]

    def _linear(self, x: Tensor, at: str) -> Tensor:
        key = f"{at}/weight".replace("/", ":")
        plain = functional.linear(x, self._fixed[f"{at}/weight"], self._fixed[f"{at}/bias"])
        return plain + functional.linear(functional.linear(x, self._right[key]), self._left[key])

    def _normed(self, x: Tensor, at: str) -> Tensor:
        gamma, beta = self._fixed[f"{at}/layer_norm/gamma"], self._fixed[f"{at}/layer_norm/beta"]
        return functional.layer_norm(x, gamma.shape, gamma, beta)

    def _convolved(self, x: Tensor, at: str, stride: int) -> Tensor:
        weight, bias = self._fixed[f"{at}/weight"], self._fixed[f"{at}/bias"]
        return functional.gelu(functional.conv1d(x, weight, bias, stride=stride, padding=1))

    def _thought(self, x: Tensor, at: str) -> Tensor:
        return self._linear(
            functional.gelu(self._linear(self._normed(x, at), f"{at}/linear_0")), f"{at}/linear_1"
        )

    def _looked(self, x: Tensor, at: str, *, causal: bool) -> Tensor:
        queries, keys, values = self._linear(self._normed(x, at), f"{at}/linear_0").chunk(3, dim=-1)
        return self._linear(self._attended(queries, keys, values, causal=causal), f"{at}/linear_1")

    def _listened(self, x: Tensor, sound: Tensor, at: str) -> Tensor:
        queries = self._linear(self._normed(x, at), f"{at}/linear_0")
        keys, values = self._linear(sound, f"{at}/linear_1").chunk(2, dim=-1)
        return self._linear(self._attended(queries, keys, values, causal=False), f"{at}/linear_2")

    def _attended(self, queries: Tensor, keys: Tensor, values: Tensor, *, causal: bool) -> Tensor:
        queries, keys, values = (
            x.reshape(*x.shape[:2], self._heads, -1).transpose(1, 2) for x in (queries, keys, values)
        )
        together = functional.scaled_dot_product_attention(queries, keys, values, is_causal=causal)
        return together.transpose(1, 2).flatten(2)
