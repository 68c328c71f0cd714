from pathlib import Path

import pytest

from speech.pronunciation import Pronouncer
from speech.readings import MUNICIPALITIES, PACKAGED, load_readings

TOWN = Path(__file__).parents[2] / "kb" / "data" / "municipality" / "99201" / "readings.yaml"


@pytest.fixture(scope="session")
def pronouncer(tmp_path_factory: pytest.TempPathFactory) -> Pronouncer:
    return Pronouncer(load_readings(MUNICIPALITIES, PACKAGED, TOWN), tmp_path_factory.mktemp("readings"))
