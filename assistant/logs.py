"""Logs: constant English messages with ids, durations and codes; never what a resident said or is.

Libraries that might print a request line, a query or a body are silenced to warnings.
"""

import json
import logging
import sys
import time
from typing import Any

FIELDS = (
    "visit",
    "case",
    "code",
    "duration_ms",
    "status",
    "method",
    "route",
    "part",
    "state",
    "count",
    "user",
    "version",
)
"""The only extra fields a record may carry."""

QUIET = (
    "uvicorn.access",
    "httpx",
    "httpcore",
    "sqlalchemy",
    "sentence_transformers",
    "transformers",
    "alembic",
)


class _JsonLines(logging.Formatter):
    """One JSON object a line; exceptions give their type and place, never their text."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(record.created)),
            "level": record.levelname,
            "message": record.msg if not record.args else str(record.msg),
            "logger": record.name,
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            if trace is not None:
                line["where"] = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}"
        return json.dumps(line, ensure_ascii=False)


def configure(level: str) -> None:
    """Sends all logs to stderr in the one form; a line that cannot be written is lost, for its report would tell all."""
    logging.raiseExceptions = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
