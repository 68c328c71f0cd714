"""docs/counter_rules.md names files and tests that exist, and has a row for every rule it answers for."""

import ast
import re
from functools import cache

from tests.assistant.conftest import CHECKOUT

PAGE = (CHECKOUT / "docs" / "counter_rules.md").read_text(encoding="utf-8")
RULES = {1, 4, 5, *range(7, 18), 19, 20}
HEAD = ("clause", "what")
CELLS = 4


@cache
def names_in(file: str) -> frozenset[str]:
    """Names of the tests of a file; none when it is not there."""
    path = CHECKOUT / file
    if not path.is_file():
        return frozenset()
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(node.name for node in tree if isinstance(node, ast.FunctionDef))


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.splitlines() if line.startswith("|") and not line.startswith("|-")]
    cells = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    return [row for row in cells if row[0] not in HEAD]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_rule_has_rows() -> None:
    found = re.findall(r"^## (\d+)\..*\n\n\|.*\n\|-.*\n\| \S", PAGE, re.MULTILINE)
    assert {int(number) for number in found} == RULES


def test_every_row_names_where_it_is_kept_and_its_test() -> None:
    for row in rows():
        assert len(row) == CELLS, row
        assert named(row[1]), row[0]
        assert named(row[2]), row[0]


def test_every_file_and_test_of_the_table_exists() -> None:
    gone = [file for row in rows() for file in named(row[1]) if not (CHECKOUT / file).exists()]
    for row in rows():
        for one in named(row[2]):
            file, _, name = one.partition("::")
            gone += [] if name in names_in(file) else [one]
    assert gone == []
