"""What IT staff do beside serving: accounts, a backup, and putting one back.

A backup is a whole, consistent copy of the database made while it may be in use; the key stays where it is unless
asked for, because both together open everything (DESIGN 9).
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from assistant import run_file
from assistant.settings import Settings

DATABASE = "one-counter.db"
KEY = "key"
BEFORE = ".before-restore"


class MaintenanceRefused(Exception):
    """It cannot be done now; the text says why and what to do."""


def backup(settings: Settings, target: Path, *, with_key: bool) -> Path:
    """A copy of the database at `target`, readable by its owner only; beside it the key when asked for."""
    source = settings.home / DATABASE
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        raise MaintenanceRefused("the store is a database server: back it up with its own tool (pg_dump)")
    if not source.is_file():
        raise MaintenanceRefused(f"no database in {settings.home}: nothing was served from there yet")
    if target.exists():
        raise MaintenanceRefused(f"{target} exists already: name another file")
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise MaintenanceRefused(f"{target} cannot be written: {os.strerror(error.errno or 0)}") from error
    try:
        _copy(source, target)
        if with_key:
            key = target.with_name(target.name + ".key")
            shutil.copy2(settings.home / KEY, key)
            key.chmod(0o600)
    except (OSError, sqlite3.Error) as error:
        target.unlink()
        raise MaintenanceRefused(f"no whole copy could be written to {target}: {error}") from error
    return target


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as opened, closing(sqlite3.connect(target)) as copy:
        opened.backup(copy)


def restore(settings: Settings, source: Path) -> None:
    """Puts a backup in place of the database; the one there is kept beside it. Refused while serving."""
    if run_file.read(settings.home) is not None:
        raise MaintenanceRefused("the assistant is running: stop it first")
    if not source.is_file():
        raise MaintenanceRefused(f"{source} is no file")
    if not _is_a_backup(source):
        raise MaintenanceRefused(f"{source} is no sound database of ours: take another backup")
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    present = settings.home / DATABASE
    beside = sorted(settings.home.glob(f"{DATABASE}*{BEFORE}"))
    if beside:
        raise MaintenanceRefused(f"{beside[0]} of an earlier restore is still there: move it away first")
    for suffix in ("", "-wal", "-shm"):
        file = present.with_name(present.name + suffix)
        if file.exists():
            file.rename(file.with_name(file.name + BEFORE))
    shutil.copy2(source, present)
    present.chmod(0o600)
    key = source.with_name(source.name + ".key")
    if key.is_file():
        shutil.copy2(key, settings.home / KEY)
        (settings.home / KEY).chmod(0o600)


def _is_a_backup(source: Path) -> bool:
    """Whether a file is a whole database with our tables; an empty file is a sound database of nobody's."""
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            sound = opened.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            ours = opened.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit_head'").fetchone()
    except sqlite3.Error:
        return False
    return sound and ours is not None
