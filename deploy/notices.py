"""Writes the tables of Python packages in THIRD_PARTY.md from what the two environments really hold."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from deploy.environments import LOCKS, ROOT, app_environment, cache_directory, rasa_environment

NOTICES = ROOT / "THIRD_PARTY.md"
BEGIN, END = "<!-- written by `make lock` from here -->", "<!-- to here -->"
SPDX = {
    "MIT License": "MIT",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later with exceptions",
    "ISC License (ISCL)": "ISC",
    "Python Software Foundation License": "PSF-2.0",
}
"""How a package's classifier says what SPDX says shorter."""
TOOLS_OF_A_NEW_ENVIRONMENT = {"pip"}


def write_notices() -> None:
    """Write the package tables anew; everything outside the two marks stays."""
    cache = cache_directory()
    app, rasa = app_environment(cache), rasa_environment(cache)
    test_names = set(
        re.findall(r"^([a-z0-9.-]+)==", (LOCKS / "test.txt").read_text(encoding="utf-8"), re.MULTILINE)
    )
    tables = [
        _table("The app's environment", [d for d in _packages(app.path) if _normal(d) not in test_names]),
        _table("Rasa's environment", list(_packages(rasa.path))),
        _table("Only for tests and checks", [d for d in _packages(app.path) if _normal(d) in test_names]),
    ]
    before, _, rest = NOTICES.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    NOTICES.write_text(f"{before}{BEGIN}\n\n{''.join(tables)}{END}{after}", encoding="utf-8")


def licence(package: Distribution) -> str:
    """The licence a package declares, in its most exact form."""
    about = package.metadata
    if "License-Expression" in about:
        return about["License-Expression"]
    classifiers = [
        c.split("::")[-1].strip() for c in about.get_all("Classifier") or [] if c.startswith("License")
    ]
    named = [SPDX.get(name, name) for name in classifiers if name != "OSI Approved"]
    said = about["License"].strip().splitlines() if "License" in about else []
    return " and ".join(named) or (said[0] if said else "not declared")


def _packages(environment: Path) -> Iterator[Distribution]:
    site = environment / "lib" / "python3.11" / "site-packages"
    found = {_normal(package): package for package in distributions(path=[str(site)])}
    for name in sorted(found.keys() - TOOLS_OF_A_NEW_ENVIRONMENT):
        yield found[name]


def _normal(package: Distribution) -> str:
    return re.sub(r"[-_.]+", "-", package.name).lower()


def _table(title: str, packages: list[Distribution]) -> str:
    rows = "".join(f"| {_normal(p)} | {p.version.partition('+')[0]} | {licence(p)} |\n" for p in packages)
    return f"### {title}\n\n| package | version | licence |\n|---|---|---|\n{rows}\n"
