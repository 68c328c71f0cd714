"""Makes the folder of a new municipality: a skeleton that loads and passes every check, to be filled in.

Everything national is planned at one counter with assumed minutes until the town says otherwise; what a person must
decide is marked (記入), and nothing that exists is ever overwritten.
"""

import datetime as dt
import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from string import Template

from kb.errors import Problem
from kb.load import DATA, DEMO_TOWN, load
from kb.model import KnowledgeBase, Procedure
from kb.proofs import prove

SKELETON = DATA / "new_town"
ASSUMED_MINUTES = 5
REVIEW_AFTER = dt.timedelta(days=180)


class TownExists(Exception):
    """There is a folder of this municipality already; it stays as it is."""


def make_town(
    code: str, name_ja: str, prefecture_ja: str, towns: Path, today: dt.date
) -> tuple[KnowledgeBase, list[Problem]]:
    """The new town as it loads, and what `kb check` has to say; raises TownExists."""
    folder = towns / code
    if folder.exists():
        raise TownExists(folder)
    national = load(DEMO_TOWN)
    words = {
        "code": code,
        "name": name_ja,
        "prefecture": prefecture_ja,
        "today": today.isoformat(),
        "review_by": (today + REVIEW_AFTER).isoformat(),
        "check": f"python -m kb check --town {code} --towns {towns}",
    }
    try:
        (folder / "services").mkdir(parents=True)
        for source in sorted(SKELETON.iterdir()):
            filled = Template(source.read_text(encoding="utf-8")).substitute(words)
            (folder / source.name).write_text(filled, encoding="utf-8")
        for area, procedures in _by_area(national).items():
            (folder / "services" / f"{area}.yaml").write_text(_services(procedures), encoding="utf-8")
        made = load(code, towns=towns)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return made, prove(made)


def _by_area(kb: KnowledgeBase) -> dict[str, list[Procedure]]:
    """What is done at a counter, without what only the demo town has."""
    areas: dict[str, list[Procedure]] = defaultdict(list)
    for procedure in kb.procedures.values():
        if (
            not procedure.elsewhere_ja
            and (DATA / "national" / "procedures" / f"{procedure.id}.yaml").is_file()
        ):
            areas[procedure.area].append(procedure)
    return areas


def _services(procedures: Iterable[Procedure]) -> str:
    lines = ["# 窓口・所要分(想定)・手数料(条例)を確かめてください"]
    for procedure in sorted(procedures, key=lambda p: p.id):
        minutes = 0 if procedure.information_only else ASSUMED_MINUTES
        lines += [f"# {procedure.name_ja}", f"{procedure.id}: {{counter: one_stop, minutes: {minutes}}}"]
    return "\n".join(lines) + "\n"
