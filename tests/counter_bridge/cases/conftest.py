"""A prepared case, a clock that stands still, and real databases: SQLite in a file, PostgreSQL in a cluster of its own.

The cluster listens on a Unix socket only, lives for one run, and runs as `postgres` where the tests run as root (it
refuses to run as root).
"""

import datetime as dt
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text

from counter_bridge.case import Case, CaseContent, PreparedForm, PreparedProcedure
from counter_bridge.case_changes import new_case
from counter_bridge.case_events import Moment
from counter_bridge.consent import FIELDS, Consent, give
from counter_bridge.identification import Authority, Identification, Method
from counter_bridge.sql_part import Terms
from counter_bridge.sql_store import SqlStore, open_store
from counter_bridge.staff import RESIDENT, Actor, Role
from counter_bridge.ticket import Ticket
from kb.facts import Fact, Facts, Origin

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = dt.datetime(2026, 4, 7, 10, 0, tzinfo=TOKYO)


class Clock:
    """The real clock of a test: stands still until it is moved."""

    def __init__(self, now: dt.datetime = MORNING):
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += dt.timedelta(**by)

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.now.astimezone(TOKYO).date())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def clerk() -> Actor:
    return Actor("suzuki", Role.COUNTER_STAFF, "鈴木")


@pytest.fixture
def colleague() -> Actor:
    return Actor("tanaka", Role.COUNTER_STAFF, "田中")


MARKERS = {
    "name": "目印漢字太郎",
    "address": "目印県目印市目印町九丁目九番九号",
    "note": "目印メモ車椅子",
    "said": "目印の言葉",
}
"""Personal values that must be found nowhere but where they belong."""


@pytest.fixture
def markers() -> dict[str, str]:
    return MARKERS


@pytest.fixture
def consent() -> Consent:
    given = give("consent-father", "p1", "fill_forms", FIELDS, ["resident_change", "insurance"], MORNING)
    assert isinstance(given, Consent)
    return given


@pytest.fixture
def facts() -> Facts:
    return Facts().with_facts(
        [
            Fact("moved_on", dt.date(2026, 3, 31), Origin.SAID, confidence=0.8, at=MORNING),
            Fact("people", ("p1", "p2"), Origin.CHOSEN, at=MORNING),
            Fact("people.p1.name", "目印 言った名前", Origin.CHOSEN, at=MORNING),
            Fact("people.p1.name", MARKERS["name"], Origin.CARD, at=MORNING, source="consent-father"),
            Fact(
                "people.p1.birth_date", dt.date(1984, 5, 14), Origin.CARD, at=MORNING, source="consent-father"
            ),
            Fact("previous_address", MARKERS["address"], Origin.CARD, at=MORNING, source="consent-father"),
            Fact("people.p2.relation", "wife", Origin.SAID, confidence=0.9, at=MORNING),
            Fact("has_dog", False, Origin.CHOSEN, at=MORNING),
        ]
    )


@pytest.fixture
def content(facts: Facts) -> CaseContent:
    return CaseContent(
        facts=facts,
        procedures=(
            PreparedProcedure(
                id="moving_in_notification",
                name_ja="転入届",
                people=("p1", "p2"),
                for_whom_ja=("あなた", "妻"),
                counter="residents",
                minutes=15,
                today="yes",
                deadline=dt.date(2026, 4, 14),
                forms=("resident_change",),
            ),
            PreparedProcedure(
                id="national_health_insurance",
                name_ja="国民健康保険の加入",
                people=("p1",),
                for_whom_ja=("あなた",),
                counter="residents",
                minutes=10,
                today="partly",
                because_ja="資格喪失証明書が要ります",
                missing_papers_ja=("資格喪失証明書",),
                forms=("insurance",),
            ),
        ),
        undecided=("long_term_care",),
        open_questions=("has_moped",),
        forms=(PreparedForm("resident_change", "住民異動届", ("p1", "p2"), 1, ("new_address",), 1),),
        minutes_low=20,
        minutes_high=35,
        writes=1,
    )


@pytest.fixture
def case(content: CaseContent, consent: Consent, clock: Clock) -> Case:
    return new_case(
        "case-1",
        Ticket("A", 101, clock.moment.today, clock.now, "status-token"),
        "residents",
        content,
        RESIDENT,
        clock.moment,
        (consent,),
    )


@pytest.fixture
def identification(clerk: Actor) -> Identification:
    return Identification(
        method=Method.ONE_PAPER,
        papers=("my_number_card",),
        checked_by=clerk.user,
        checked_at=MORNING,
        authority=Authority.NOT_NEEDED,
        originals_seen=True,
        address_checked=True,
        existing_household_checked=True,
        notice_by_post_needed=False,
    )


@dataclass(frozen=True)
class Place:
    """Where a store is, to be opened as often as a test likes."""

    url: str
    key: Path
    clock: Clock

    def open(self, terms: Terms | None = None) -> SqlStore:
        return open_store(self.url, self.key, clock=self.clock, terms=terms)


@pytest.fixture
def sqlite_place(tmp_path: Path, clock: Clock) -> Place:
    return Place(f"sqlite:///{tmp_path / 'counter.db'}", tmp_path / "key", clock)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Place:
    """Both databases, one after the other."""
    if request.param == "sqlite":
        return Place(f"sqlite:///{tmp_path / 'counter.db'}", tmp_path / "key", clock)
    new_database: Callable[[], str] = request.getfixturevalue("new_postgresql_database")
    return Place(new_database(), tmp_path / "key", clock)


@pytest.fixture
def store(place: Place) -> Iterator[SqlStore]:
    opened = place.open()
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_place: Place) -> Iterator[SqlStore]:
    opened = sqlite_place.open()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[Path]:
    """A PostgreSQL server on a Unix socket in a folder of its own; gives the folder."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    assert found, "PostgreSQL is needed for these tests: apt-get install postgresql (make test does)"
    programs = found[-1].parent
    home = Path(tempfile.mkdtemp(prefix="counter-pg-"))
    as_owner: list[str] = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(home, owner.pw_uid, owner.pw_gid)
        as_owner = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    data = home / "data"

    initdb = [str(found[-1]), "-D", str(data), "-U", "counter", "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run([*as_owner, *initdb], cwd=home, check=True, capture_output=True)  # noqa: S603
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(home),
        "max_connections": "120",
        "fsync": "off",  # the server itself is never killed here
        "log_min_messages": "log",
        "log_checkpoints": "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(  # noqa: S603
        [*as_owner, str(programs / "postgres"), "-D", str(data), *options],
        cwd=home,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        assert any("ready to accept connections" in line for line in server.stderr), (
            "PostgreSQL did not start"
        )
        yield home
    finally:
        server.send_signal(signal.SIGQUIT)
        server.communicate(timeout=60)
        shutil.rmtree(home)


@pytest.fixture
def new_postgresql_database(postgresql_cluster: Path) -> Iterator[Callable[[], str]]:
    """Makes empty databases and drops them after the test."""
    address = f"postgresql://counter@/{{name}}?host={postgresql_cluster}"
    server = create_engine(
        address.format(name="postgres").replace("postgresql:", "postgresql+psycopg:"),
        isolation_level="AUTOCOMMIT",
    )
    made: list[str] = []

    def new() -> str:
        name = f"test_{uuid.uuid4().hex}"
        with server.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        made.append(name)
        return address.format(name=name)

    yield new
    with server.connect() as connection:
        for name in made:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()
