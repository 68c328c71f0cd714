"""A kiosk that is spoken with: what its page and the server say to each other, and the ear that hears for it."""

import json
from typing import Any

from playwright.sync_api import Page, expect

from speech.ear import Heard, Level
from speech.fake_ear import FakeEar, FakeEars
from tests.browser.screens import KioskScreen

UNTIL_MS = 20_000
STEP_MS = 50
MOST_QUESTIONS = 15
expect.set_options(timeout=UNTIL_MS)


class TalkingKiosk(KioskScreen):
    """The kiosk with a microphone; `hears` stands for what the resident says into it."""

    def __init__(self, page: Page, ears: FakeEars):
        self.sent: list[dict[str, Any]] = []
        self.received: list[dict[str, Any]] = []
        self.line = ""
        self._ears = ears
        page.on("websocket", self._watch)
        page.reload()
        super().__init__(page)

    def _watch(self, socket: Any) -> None:
        self.line = socket.url
        socket.on("framesent", lambda frame: self._keep(self.sent, frame))
        socket.on("framereceived", lambda frame: self._keep(self.received, frame))

    @staticmethod
    def _keep(into: list[dict[str, Any]], frame: Any) -> None:
        if isinstance(frame, str):
            into.append(json.loads(frame))

    def until(self, true: Any, what: str) -> None:
        """Lets the page run until something is true."""
        for _ in range(UNTIL_MS // STEP_MS):
            if true():
                return
            self.page.wait_for_timeout(STEP_MS)
        raise AssertionError(f"not within {UNTIL_MS} ms: {what}")

    def says(self, **wanted: Any) -> None:
        """Waits until the page has said this to the server; of a screen, until the server has taken it."""
        if "screen" in wanted:
            self.until(lambda: self._screen_taken() == wanted["screen"], f"{wanted} taken")
        else:
            self.until(lambda: any(wanted.items() <= one.items() for one in self.sent), f"{wanted} sent")

    def _screen_taken(self) -> str:
        taken = [one["screen"] for one in self.received if one["type"] == "screen"]
        return taken[-1] if taken else ""

    def hears(self, heard: Heard | str) -> None:
        """What the resident says, as the ear understands it."""
        self.ear.hears(heard)

    def leap(self, ms: int) -> None:
        """Lets the page's clock leap, and the server say something at once, as it does every two seconds of a real clock.

        Of more than 4 s, the page takes the line as cut.
        """
        self.page.clock.run_for(ms)
        came = len(self.received)
        if self._ears.made:
            self.ear.hears(Level(-60.0, 0.0))
        self.until(lambda: len(self.received) > came, "the line stands")

    def answer_aloud_up_to_the_plan(self) -> None:
        """Answers what is asked with the last thing that is offered."""
        for _ in range(MOST_QUESTIONS):
            expect(self.page.locator(".view-ask, .view-plan").first).to_be_visible()
            if self.page.locator(".view-plan").is_visible():
                return
            options = self.page.locator(".option")
            if self.page.locator(".ask-people, .ask-number").is_visible():
                said = "40歳です"
            else:
                said = options.last.inner_text() if options.count() else "いいえ"
            asked = self.heading.inner_text()
            self.hears(said)
            expect(self.heading, said).not_to_have_text(asked)
        raise AssertionError(f"no plan: {self.heading.inner_text()}")

    @property
    def ear(self) -> FakeEar:
        """The ear that gets this kiosk's sound now."""
        self.until(lambda: any(not ear.closed for ear in self._ears.made), "an ear is listening")
        return next(ear for ear in reversed(self._ears.made) if not ear.closed)

    def talk(self) -> None:
        """Touches the large microphone and waits until the ear gets sound."""
        self.press("microphone")
        expect(self.microphone).to_have_attribute("aria-pressed", "true", timeout=UNTIL_MS)
        before = self.ear.fed_bytes
        self.until(lambda: self.ear.fed_bytes > before, "sound flows")

    def has_all_of(self, words: str) -> bool:
        """Whether the newest talk holds these words and nothing more of it is to come."""
        parts = [one for one in self.received if one["type"] in ("speech", "speech_end")]
        return bool(parts) and parts[-1]["type"] == "speech_end" and words in self.spoken()

    def spoken(self) -> str:
        """Everything the voice said so far."""
        return "".join(
            word["text"] for one in self.received if one["type"] == "speech" for word in one["captions"]
        )

    @property
    def microphone(self) -> Any:
        return self.page.locator('[data-name="microphone"]')

    @property
    def bar(self) -> Any:
        return self.page.locator(".voice-bar")
