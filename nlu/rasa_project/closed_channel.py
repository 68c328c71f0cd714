"""A chat channel without a door.

Without a channel of its own choice Rasa opens its REST channel, which talks to anybody on the machine and keeps
what was said. Understanding goes through the authenticated API only.
"""

# ruff: noqa: ARG002 -- Rasa's signatures

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint


class ClosedChannel(InputChannel):
    """Has no routes."""

    @classmethod
    def name(cls) -> str:
        """Stands in the URL of routes it does not have."""
        return "closed"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """An empty set of routes."""
        return Blueprint("closed_channel")
