"""The wording files: what is said, by language; this module only reads them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

REPLIES = Path(__file__).parent / "replies"
RULES = REPLIES / "escalation.yaml"
"""Beside the wording files, and none of them."""


@cache
def wording(language: str) -> Mapping[str, Any]:
    """All that is said in a language, or in Japanese where there is none."""
    path = REPLIES / f"{language if language in languages() else 'ja'}.yaml"
    found: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def languages() -> tuple[str, ...]:
    """Languages there is wording for."""
    return tuple(sorted(path.stem for path in REPLIES.glob("*.yaml") if path != RULES))
