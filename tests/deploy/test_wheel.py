"""Whatever the product needs at run time goes into the wheel."""

import tomllib
from pathlib import Path

from deploy.environments import ROOT


def test_every_package_of_the_tree_is_listed_for_the_wheel() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
        "packages"
    ]
    roots = ["assistant", "counter_bridge", "dialogue", "kb", "nlu", "speech"]
    found = {
        ".".join(init.parent.relative_to(ROOT).parts)
        for root in roots
        for init in Path(ROOT, root).rglob("__init__.py")
    }
    assert found <= set(listed)


def test_every_data_file_of_the_packages_goes_into_the_wheel() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    for package in ("assistant", "counter_bridge", "dialogue", "kb", "nlu"):
        patterns = table["package-data"].get(package, [])
        covered = {file for pattern in patterns for file in Path(ROOT, package).glob(pattern)}
        files = {f for f in Path(ROOT, package).rglob("*") if f.is_file() and "__pycache__" not in f.parts}
        assert not {f for f in files - covered if f.suffix != ".py"}
