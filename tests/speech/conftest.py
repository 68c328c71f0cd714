from pathlib import Path

import pytest

from speech.pronunciation import Pronouncer
from speech.readings import MUNICIPALITIES, PACKAGED, Reading, load_readings

TOWN = Path(__file__).parents[2] / "kb" / "data" / "municipality" / "99201" / "readings.yaml"


@pytest.fixture(scope="session")
def readings() -> tuple[Reading, ...]:
    return load_readings(MUNICIPALITIES, PACKAGED, TOWN)


@pytest.fixture(scope="session")
def pronouncer(readings: tuple[Reading, ...], tmp_path_factory: pytest.TempPathFactory) -> Pronouncer:
    return Pronouncer(readings, tmp_path_factory.mktemp("readings"))
