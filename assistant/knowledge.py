"""The versions of the knowledge base that visits and cases stand on, each with its services.

A new version is taken between visits: whoever has begun ends on the version they began with, also after a restart,
because each version's files are kept beside the database as long as something stands on it.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.settings import Settings
from assistant.understanding import Hearing
from counter_bridge.sql_store import SqlStore
from dialogue.escalation_rules import check_topics
from kb.errors import BrokenKnowledge
from kb.load import DATA, load
from kb.model import KnowledgeBase

if TYPE_CHECKING:
    from assistant.services import Services

FOLDER = "knowledge"
UNDERSTANDING_WAIT_S = 600
"""Longest wait for a new version to be trained and understood before it serves all the same."""

KEPT_DAYS = 60
"""After its last day as the current one; no case is kept longer (14 days on hold, then 30)."""

log = logging.getLogger(__name__)


class KnowledgeShelf:
    """Which services answer for which visit."""

    def __init__(
        self,
        settings: Settings,
        store: SqlStore,
        first: "Services",
        *,
        wire: Callable[[KnowledgeBase, Hearing], "Services"],
        listen: Callable[[KnowledgeBase], Hearing],
    ):
        self._settings = settings
        self._store = store
        self._wire = wire
        self._listen = listen
        self._reloading = threading.Lock()
        self._changing = threading.Lock()
        """Held for moments only: a visit of an earlier version does not wait for a training."""
        self._services = {first.kb.version: first}
        self.current = first
        """For new visits."""
        self._version = lru_cache(maxsize=4096)(self._looked_up)
        self._keep(first.kb.version)
        self._forget_unused()

    def of(self, visit_id: str | None = None, case_id: str | None = None) -> "Services":
        """The services of the version a visit or case began with; the current ones where there is none."""
        if visit_id is None and case_id is None:
            return self.current
        return self.of_version(self._version(visit_id, case_id))

    def of_version(self, version: str) -> "Services":
        """The services of a version that is kept; the current ones of any other."""
        found = self._services.get(version)
        if found is not None:
            return found
        if not version or not (self._folder / version).is_dir():
            return self.current
        with self._changing:
            if version not in self._services:
                kept = load(self._settings.town, self._folder / version)
                self._services[version] = self._wire(kept, self.current.understanding.over(kept))
            return self._services[version]

    def _looked_up(self, visit_id: str | None, case_id: str | None) -> str:
        if visit_id is not None:
            visit = self._store.get_visit(visit_id)
            return "" if visit is None else visit.kb_version
        case = self._store.get_case(str(case_id))
        return "" if case is None else case.kb_version

    def reload(self) -> str:
        """Takes the knowledge base as it lies on disk for the visits from now on; returns its version.

        Raises BrokenKnowledge, and everything stays as it is. Training a changed wording takes its time; until it is
        done new visits begin on the version of before.
        """
        with self._reloading:
            kb = load(self._settings.town, towns=self._settings.own_towns)
            check_topics(kb)
            if kb.version in self._services:
                self.current = self._services[kb.version]
                return kb.version
            self._keep(kb.version)
            before = self.current.understanding
            known = before.knows(kb)
            hears = before.over(kb) if known else self._listen(kb)
            if not known:
                hears.start()
                hears.wait_until_up(UNDERSTANDING_WAIT_S)
            with self._changing:
                self.current = self._services[kb.version] = self._wire(kb, hears)
                if not known:
                    self._hand_over_to(hears)
        log.info("knowledge reloaded", extra={"version": kb.version})
        return kb.version

    def _hand_over_to(self, hears: Hearing) -> None:
        """Lets visits of earlier versions be heard by the new ears, and ends the old ones: each holds a gigabyte."""
        for services in self._services.values():
            if services.understanding is not hears:
                old, services.understanding = services.understanding, hears.over(services.kb)
                services.visits.hears = services.understanding
                old.stop()

    def try_reload(self) -> None:
        """The same for a signal: a broken knowledge base is told in the log and changes nothing."""
        try:
            self.reload()
        except BrokenKnowledge as error:
            log.warning("knowledge not reloaded", extra={"code": error.code, "count": len(error.problems)})

    def stop(self) -> None:
        """Ends the understanding of every version."""
        for services in self._services.values():
            services.understanding.stop()

    @property
    def _folder(self) -> Path:
        return self._settings.home / FOLDER

    def _keep(self, version: str) -> None:
        """A copy of the files of a version, made whole or not at all."""
        target, town = self._folder / version, self._settings.town
        if not target.is_dir():
            making = target.with_name(f".{version}")
            shutil.rmtree(making, ignore_errors=True)
            shutil.copytree(DATA / "national", making / "national")
            overlays = self._settings.own_towns or DATA / "municipality"
            shutil.copytree(overlays / town, making / "municipality" / town)
            making.rename(target)
        target.touch()

    def _forget_unused(self) -> None:
        oldest = time.time() - KEPT_DAYS * 86_400
        for kept in self._folder.iterdir():
            if kept.name not in self._services and kept.stat().st_mtime < oldest:
                shutil.rmtree(kept, ignore_errors=True)
