"""What differs between two states of the knowledge base, and whose plans change by it."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kb.__main__ import app
from kb.diff import Difference, RecordChange, difference, frozen_on
from kb.errors import NotInForce
from kb.load import load
from kb.plan import build_plan

DURING = dt.date(2026, 3, 31)
AFTER = dt.date(2026, 4, 1)


def compare(town: Any, folder: Path, *households: Any) -> Difference:
    old = town.load()
    new = load(town.code, folder)
    return difference(old, new, [town.facts(old, **h) for h in households], town.at)


@pytest.fixture
def other(small_town: Any, tmp_path: Path) -> Any:
    """The same town once more, to be changed."""
    return type(small_town)(tmp_path / "other")


NEWCOMER = {"landed_on": "2026-04-01", "people": [{"relation": "self", "age": 40, "landed": True}]}
CHILD = {
    "landed_on": "2026-04-01",
    "people": [
        {"relation": "self", "age": 40, "landed": True},
        {"relation": "child", "age": 9, "landed": True},
    ],
}


def test_the_same_state_differs_in_nothing(small_town: Any, other: Any) -> None:
    assert compare(small_town, other.write(), NEWCOMER) == Difference((), (), 1)


def test_a_changed_constant_changes_the_plans_it_decides(small_town: Any, other: Any) -> None:
    other.files["national/constants.yaml"]["moon_age"][0]["value"] = 9
    found = compare(small_town, other.write(), NEWCOMER, CHILD)
    assert found.records == (RecordChange("constants", "moon_age", "changed", ("10 → 9",)),)
    (plan,) = found.plans
    assert plan.household == "あなた(40歳)・子(9歳)"
    assert plan.removed == ("moon_allowance",)
    assert plan.altered == ("night_pass",)


def test_records_that_come_and_go_are_named(small_town: Any, other: Any) -> None:
    del other.files["national/procedures/night_pass.yaml"]
    del other.overlay["procedures"]["night_pass"]
    found = compare(small_town, other.write(), NEWCOMER)
    assert RecordChange("procedures", "night_pass", "removed") in found.records
    assert found.plans[0].removed == ("night_pass",)


def test_a_fee_of_the_town_is_told_with_both_values(small_town: Any, other: Any) -> None:
    other.overlay["procedures"]["lantern_registration"]["fee_yen"] = 90
    (change,) = compare(small_town, other.write()).records
    assert (change.kind, change.id, change.keys) == ("services", "lantern_registration", ("fee_yen - → 90",))


def test_between_two_days_only_rules_with_dates_differ(small_town: Any) -> None:
    kb = small_town.load()
    found = difference(frozen_on(kb, DURING), frozen_on(kb, AFTER), [], small_town.at)
    assert found.records == (RecordChange("procedures", "tea_licence", "changed", ("fee_yen 100 → 250",)),)


def test_a_day_no_rule_covers_is_an_error(small_town: Any) -> None:
    with pytest.raises(NotInForce, match="2019-01-01"):
        frozen_on(small_town.load(), dt.date(2019, 1, 1))


def test_a_procedure_is_planned_only_while_it_is_in_force(small_town: Any) -> None:
    small_town.record("procedures/night_pass")["in_force_from"] = AFTER
    small_town.record("procedures/night_pass")["in_force_until"] = dt.date(2026, 12, 31)
    kb = small_town.load()
    for day, planned in (
        (DURING, False),
        (AFTER, True),
        (dt.date(2026, 12, 31), True),
        (dt.date(2027, 1, 1), False),
    ):
        at = dt.datetime.combine(day, dt.time(10), small_town.at.tzinfo)
        facts = small_town.facts(kb, **NEWCOMER)
        assert (build_plan(kb, facts, at).step("night_pass") is not None) == planned, day
    assert "night_pass" not in frozen_on(kb, DURING).procedures


def run(town: Any, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["diff", "--town", town.code, "--data", str(town.write()), *arguments])


def test_the_command_tells_records_and_plans(small_town: Any, other: Any) -> None:
    other.files["national/constants.yaml"]["moon_age"][0]["value"] = 90
    result = run(small_town, str(other.write()), "--count", "40")
    assert result.exit_code == 0
    assert "constants/moon_age" in result.stdout
    assert "of 40 sample plans change" in result.stdout
    told = json.loads(run(small_town, "--on", "2026-03-31", "2026-04-01", "--json").stdout)
    assert told["records"][0]["id"] == "tea_licence"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [((), 2), (("--on", "2026-03-31", "tomorrow"), 2), (("--on", "2019-01-01", "2026-04-01"), 1)],
)
def test_misuse_and_uncovered_days_end_with_their_codes(
    small_town: Any, arguments: tuple[str, ...], code: int
) -> None:
    assert run(small_town, *arguments).exit_code == code
