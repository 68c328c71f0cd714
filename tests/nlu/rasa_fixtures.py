"""The one real Rasa server of a test run: trained once per content hash, started once, shared by all packages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.environments import environments
from kb.model import KnowledgeBase
from nlu.rasa_model import RasaModel
from nlu.rasa_parser import RasaParser
from nlu.rasa_server import RasaServer
from nlu.topics import topics_of
from nlu.training import train

LONGEST_START_S = 180.0


@pytest.fixture(scope="session")
def rasa_python() -> Path:
    """The interpreter of Rasa's environment, as `make setup` noted it."""
    python = environments().rasa_python
    assert python is not None, "Rasa's environment is missing: make setup"
    return python


@pytest.fixture(scope="session")
def rasa_model(kb: KnowledgeBase, rasa_python: Path) -> RasaModel:
    """The model of the packaged knowledge base; trained at the first run, then from the cache."""
    return train(topics_of(kb), rasa_python=rasa_python, cache_dir=environments().cache)


@pytest.fixture(scope="session")
def rasa_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state directory of the run's server."""
    return tmp_path_factory.mktemp("rasa-state")


@pytest.fixture(scope="session")
def rasa_server(rasa_model: RasaModel, rasa_python: Path, rasa_state: Path) -> Iterator[RasaServer]:
    """A proven server."""
    with RasaServer(rasa_model, rasa_python=rasa_python, state_dir=rasa_state) as server:
        state = server.wait_until_up(LONGEST_START_S)
        assert state.kind == "up", state.reason
        yield server


@pytest.fixture(scope="session")
def rasa_parser(rasa_server: RasaServer) -> Iterator[RasaParser]:
    """The parser over that server, patient because other tests may hold the processors."""
    parser = RasaParser(rasa_server.endpoint, timeout_s=10)
    yield parser
    parser.close()
