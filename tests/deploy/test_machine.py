"""What is missing is told all at once, or installed."""

from pathlib import Path

from deploy import machine
from deploy.machine import DebianPackage


def package(name: str, probe: str, level: machine.Level = "setup") -> DebianPackage:
    return DebianPackage(name, level, probe, f"why {name}")


def test_a_package_is_present_when_its_probe_matches(tmp_path: Path) -> None:
    (tmp_path / "libthing.so.0.8").touch()
    assert package("thing", f"{tmp_path}/libthing.so*").is_present()
    assert not package("other", f"{tmp_path}/libother.so*").is_present()


def test_the_virtual_reader_is_no_package_of_a_plain_set_up() -> None:
    by_name = {p.name: p for p in machine.debian_packages()}
    assert by_name["vsmartcard-vpcd"].level == "demo"
    assert by_name["pcscd"].level == "setup"


def test_each_level_needs_the_levels_before_it() -> None:
    packages = [package(level, "/nowhere", level) for level in machine.LEVELS]
    assert [[p.name for p in machine.missing_packages(level, packages)] for level in machine.LEVELS] == [
        ["setup"],
        ["setup", "demo"],
        ["setup", "demo", "test"],
    ]


def test_one_message_names_everything_that_is_missing_and_the_command() -> None:
    text = machine.explain_missing([package("gcc", "/x"), package("pcscd", "/y")])
    assert "why gcc" in text
    assert "why pcscd" in text
    assert "apt-get install --no-install-recommends -y gcc pcscd" in text


def test_the_virtual_reader_does_not_stay_in_the_machines_own_list(tmp_path: Path) -> None:
    entry = tmp_path / "vpcd"
    entry.write_text('FRIENDLYNAME "Virtual PCD"\nCHANNELID 0x8C7B\n', encoding="utf-8")
    machine.silence_reader_entry(entry)
    silenced = entry.read_text(encoding="utf-8")
    assert all(line.startswith("#") for line in silenced.splitlines())
    assert "Virtual PCD" in silenced
    machine.silence_reader_entry(entry)
    assert entry.read_text(encoding="utf-8") == silenced
    machine.silence_reader_entry(tmp_path / "absent")
