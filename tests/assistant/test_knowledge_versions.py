"""A new version of the knowledge base is taken between visits; whoever has begun ends on the one they began with."""

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assistant.__main__ import app as command
from kb.errors import BrokenKnowledge
from kb.load import DATA, DEMO_TOWN, load

FEE = "copy_of_resident_record: {counter: certificates, minutes: 3, fee_yen: 300"


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    """The demo town's folder, kept outside, to be edited while the assistant runs."""
    shutil.copytree(DATA / "municipality" / DEMO_TOWN, tmp_path / "towns" / DEMO_TOWN)
    return tmp_path / "towns"


def edit(towns: Path, old: str, new: str) -> None:
    file = towns / DEMO_TOWN / "municipality.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def start(start_app: Any, towns: Path) -> Any:
    return start_app(towns=towns, knowledge=load(DEMO_TOWN, towns=towns))


def fee(visit: Any) -> int:
    visit.answer("certificates_wanted", ["resident_record"])
    (step,) = [p for p in visit.plan["procedures"] if p["id"] == "copy_of_resident_record"]
    found: int = step["fee_yen"]
    return found


def certificates(app: Any) -> Any:
    visit = app.visit()
    visit.answer("reasons", ["certificates"])
    return visit


def test_a_visit_ends_on_the_version_it_began_with(start_app: Any, towns: Path) -> None:
    app = start(start_app, towns)
    before = certificates(app)
    edit(towns, FEE, FEE.replace("300", "350"))
    version = app.services.shelf.reload()
    assert app.client.get("/api/v1/about").json()["kb_version"] == version
    after = certificates(app)
    assert fee(before) == 300
    assert fee(after) == 350
    first, second = before.open_case()["case_id"], after.open_case()["case_id"]
    versions = [app.services.shelf.of(case_id=case).kb.version for case in (first, second)]
    assert versions == [app.services.kb.version, version]
    assert app.desk().case(first)["plan"][0]["id"] == "copy_of_resident_record"


def test_it_does_so_after_a_restart_too(start_app: Any, towns: Path) -> None:
    app = start(start_app, towns)
    before = certificates(app)
    app.stop()
    edit(towns, FEE, FEE.replace("300", "350"))
    again = start(start_app, towns)
    before.client = again.client
    assert fee(before) == 300
    assert fee(certificates(again)) == 350


def test_a_broken_version_is_refused_and_nothing_changes(start_app: Any, towns: Path) -> None:
    app = start(start_app, towns)
    was = app.client.get("/api/v1/about").json()["kb_version"]
    edit(
        towns,
        "counter: certificates, minutes: 3, fee_yen: 300, note_ja",
        "counter: nowhere, minutes: 3, note_ja",
    )
    with pytest.raises(BrokenKnowledge, match="nowhere"):
        app.services.shelf.reload()
    app.services.shelf.try_reload()
    assert app.client.get("/api/v1/about").json()["kb_version"] == was
    assert fee(certificates(app)) == 300


def test_new_wordings_are_learned_and_visits_begun_are_heard_by_them_too(start_app: Any, towns: Path) -> None:
    app = start(start_app, towns)
    before = app.visit()
    first = app.services.understanding
    record = towns / DEMO_TOWN / "procedures" / "garbage_bags_for_new_residents.yaml"
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("最初のごみ袋をください", "星の絵の袋がほしい"), encoding="utf-8")
    app.services.shelf.reload()
    assert app.services.shelf.current.understanding is not first
    assert app.services.understanding is not first, "the old ears have ended"
    for visit in (before, app.visit()):
        visit.turn(text="先週、横浜から一人で引っ越してきました")
        assert visit.step["kind"] == "confirm"


def test_the_same_version_again_changes_nothing(start_app: Any, towns: Path) -> None:
    app = start(start_app, towns)
    assert app.services.shelf.reload() == app.services.kb.version
    edit(towns, FEE, FEE.replace("300", "350"))
    app.services.shelf.reload()
    edit(towns, FEE.replace("300", "350"), FEE)
    assert app.services.shelf.reload() == app.services.kb.version
    assert fee(certificates(app)) == 300


def test_the_command_reloads_a_running_assistant(serve: Any, towns: Path, tmp_path: Path) -> None:
    process, client = serve(ASSISTANT_TOWNS=str(towns))
    was = client.get("/api/v1/about").json()["kb_version"]
    environment = {"ASSISTANT_HOME": str(tmp_path / "var"), "ASSISTANT_TOWNS": str(towns)}
    edit(towns, FEE, FEE.replace("300", "350"))
    done = CliRunner(env=environment).invoke(command, ["reload"])
    assert done.exit_code == 0, done.output
    assert client.get("/api/v1/about").json()["kb_version"] != was
    edit(
        towns,
        "counter: certificates, minutes: 3, fee_yen: 350, note_ja",
        "counter: nowhere, minutes: 3, note_ja",
    )
    refused = CliRunner(env=environment).invoke(command, ["reload"])
    assert refused.exit_code == 1
    assert "nowhere" in refused.output
    os.kill(process.pid, signal.SIGHUP)
    assert client.get("/healthz").status_code == 200


def test_without_a_running_assistant_the_command_says_so(tmp_path: Path) -> None:
    done = CliRunner(env={"ASSISTANT_HOME": str(tmp_path)}).invoke(command, ["reload"])
    assert done.exit_code == 1
    assert "nothing is running" in done.output
