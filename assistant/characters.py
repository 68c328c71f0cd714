"""Which drawn characters there are: those that come along, one folder each, and the town's own.

What makes a folder a character is checked where it is shown (`web/shared/character/`), since only a browser can tell
whether a drawing is one.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from kb.model import Municipality

PACKAGED = Path(__file__).parent / "web" / "characters"
TOWN = "town"
"""The `character` of a municipality that keeps one in its overlay."""
OF_THE_TOWN = "/api/v1/characters/town"


@dataclass(frozen=True)
class Character:
    """A character as a preview lists it."""

    name: str
    """What `municipality.yaml` says to choose it."""
    name_ja: str
    base: str
    """Where its two files are served."""


def base_of(name: str) -> str:
    """Where the files of a character are served."""
    return OF_THE_TOWN if name == TOWN else f"/web/characters/{name}"


def is_packaged(name: str) -> bool:
    """Whether a character of this name comes along."""
    return (PACKAGED / name / "character.json").is_file()


def all_characters(town: Municipality) -> list[Character]:
    """Those that come along, by name, and the town's own behind them."""
    found = [
        Character(
            folder.name,
            json.loads((folder / "character.json").read_text("utf-8"))["name_ja"],
            base_of(folder.name),
        )
        for folder in sorted(PACKAGED.iterdir())
    ]
    if town.character_json:
        found.append(Character(TOWN, f"{town.name_ja}のキャラクター", OF_THE_TOWN))
    return found
