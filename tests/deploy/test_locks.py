"""The lock files are complete, agree with each other and name no index."""

import re
import tomllib

from deploy.environments import LOCKS, ROOT

PIN = re.compile(r"^([a-z0-9.-]+)==([^ \\\n]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((LOCKS / name).read_text(encoding="utf-8")))


def requirement_names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", text)[0].lower().replace("_", "-") for text in requirements}


def test_every_dependency_of_the_project_is_locked() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = pins("app.txt").keys() | pins("torch.txt").keys()
    missing = requirement_names(table["dependencies"]) - locked
    missing |= requirement_names(table["optional-dependencies"]["test"]) - locked - pins("test.txt").keys()
    assert not missing, f"run `make lock`: {sorted(missing)}"


def test_no_lock_names_an_index_or_a_place() -> None:
    for lock in LOCKS.rglob("*"):
        if lock.is_file():
            text = lock.read_text(encoding="utf-8")
            assert not re.search(r"://|--(extra-)?index|--find-links|^/", text, re.MULTILINE), lock


def test_every_package_but_torch_has_hashes() -> None:
    for name in ("app.txt", "test.txt", "rasa.txt"):
        text = (LOCKS / name).read_text(encoding="utf-8")
        entries = re.split(r"\n(?=[a-z0-9])", text.partition("\n")[2])
        assert all("--hash=sha256:" in entry for entry in entries if entry.strip()), name
    assert "torch" not in pins("app.txt")


def test_both_environments_split_japanese_with_the_same_dictionary() -> None:
    for package in ("sudachipy", "sudachidict-core"):
        assert pins("app.txt")[package] == pins("rasa.txt")[package]


def test_test_libraries_only_add_to_the_app() -> None:
    assert not pins("app.txt").keys() & pins("test.txt").keys()


def test_no_graphics_card_library_is_locked() -> None:
    assert not [name for name in pins("app.txt") if name.startswith(("nvidia", "cuda", "triton"))]


def test_every_locked_package_has_its_licence_in_the_notices() -> None:
    notices = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    for lock in ("app.txt", "torch.txt", "test.txt", "rasa.txt"):
        missing = [name for name, version in pins(lock).items() if f"| {name} | {version} | " not in notices]
        assert not missing, f"run `make lock`: {lock}: {missing}"
    assert "not declared" not in notices
