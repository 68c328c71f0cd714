"""The screens as their users handle them: what is on them is found by what people see, or by the name of a place."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

FIRST_SENTENCE = "先週の水曜に、妻と子ども3人と祖父と横浜から引っ越してきました"
DEMO = "demo"
"""The password of the demo's accounts."""
AGES = ("41", "39", "12", "6", "2", "78")

RULES = {
    "preload": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
"""WCAG 2.2 AA and what is good practice beside it."""

STRONG_CONTRAST = {"color-contrast-enhanced": {"enabled": True}}
"""7:1 for text at the kiosk and in the hall (SCREENS.md)."""

VIOLATIONS = """rules => axe.run(rules).then(result => result.violations.map(
  v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 120)).join(" | ")}`))"""


def accessible(page: Page, axe: str, *, at_a_desk: bool = False) -> None:
    """Every rule of accessibility holds on what the page shows now."""
    page.evaluate(axe)
    rules = RULES if at_a_desk else {**RULES, "rules": STRONG_CONTRAST}
    violations = page.evaluate(VIOLATIONS, rules)
    assert not violations, "\n".join(violations)


_TELLS_WHEN_PRINTED = """
    if (self !== top) addEventListener("beforeprint", () => setTimeout(() => (top.printed = true)));
"""
"""Timers stand still until the print has left, which `afterprint` does not tell in a browser without a screen."""


class Paper:
    """What a page sends to its printer; Chromium's own PDF viewer, which fails without a screen, stays out of it."""

    def __init__(self, page: Page, path: str):
        self.kinds: list[str] = []
        self._page = page
        page.route(f"**/{path}", self._take)
        page.add_init_script(_TELLS_WHEN_PRINTED)

    def printed(self) -> list[str]:
        """The kinds of what was printed, once keys are taken again: while it prints, Chromium drops them."""
        self._page.wait_for_function("() => window.printed")
        return self.kinds

    def _take(self, route: Route) -> None:
        answer = route.fetch()
        self.kinds.append(answer.headers["content-type"])
        route.fulfill(status=answer.status, content_type="text/html", body="")


class KioskScreen:
    """The kiosk under a resident's hand."""

    def __init__(self, page: Page):
        self.page = page
        expect(page.locator(".view-attract")).to_be_visible()

    def press(self, place: str) -> None:
        """Touches a button by the name of its place."""
        self.page.locator(f'[data-name="{place}"]:visible').click()

    def touch(self, text: str) -> None:
        """Touches a button by its words."""
        self.page.get_by_role("button", name=text).first.click()

    def say(self, text: str) -> None:
        """Writes a sentence and sends it."""
        self.page.locator("textarea:visible").first.fill(text)
        self.page.keyboard.press("Enter")

    def on(self, view: str) -> Locator:
        """Waits until this screen stands."""
        screen = self.page.locator(f".kiosk.{view}")
        expect(screen).to_be_visible()
        return screen

    @property
    def heading(self) -> Locator:
        return self.page.locator("h1")

    def read_back(self, sentence: str = FIRST_SENTENCE) -> None:
        """Says why one came, up to the read-back."""
        self.say(sentence)
        self.on("view-read-back")

    def to_plan(self, relation: str = "父") -> None:
        """From the read-back to the plan, answering what is asked as the family would."""
        self.press("next")
        for _ in range(12):
            expect(self.page.locator(".view-ask, .view-plan").first).to_be_visible()
            if self.page.locator(".view-plan").is_visible():
                return
            before = self.heading.inner_text()
            self._answer(relation)
            expect(self.heading).not_to_have_text(before)
        raise AssertionError(f"no plan after twelve questions: {self.heading.inner_text()}")

    def _answer(self, relation: str) -> None:
        page = self.page
        if page.locator(".ask-people").is_visible():
            self.type_ages()
        elif page.locator(".calendar").count():
            page.locator(".calendar-day").first.click()
            self.press("next")
        elif page.get_by_role("checkbox").count():
            page.get_by_role("checkbox").first.click()
            self.press("next")
        elif page.get_by_role("button", name=relation, exact=True).count():
            page.get_by_role("button", name=relation, exact=True).click()
        else:
            page.locator(".option").first.click()

    def type_ages(self) -> None:
        """Everybody's age with the hardware keys, one person after the other."""
        cards = self.page.locator(".people-row .person-card:not(.person-add)")
        for number, age in enumerate(AGES[: cards.count()]):
            cards.nth(number).click()
            expect(cards.nth(number)).to_have_attribute("aria-pressed", "true")
            self.page.keyboard.type(age)
            expect(cards.nth(number)).to_contain_text(f"{age}歳")
        self.press("next")

    def to_pin(self) -> None:
        """From the plan over the consent to the ten keys."""
        self.press("next")
        self.on("view-consent")
        self.press("consent-yes")
        self.on("view-pin")
        expect(self.page.locator(".tries-dots")).to_be_visible()

    def type_pin(self, pin: str) -> None:
        """Types a PIN and sends it."""
        self.page.keyboard.type(pin)
        self.press("next")

    def ticket(self) -> str:
        """The number given."""
        self.on("view-ticket")
        number = self.page.locator(".ticket-number p").inner_text()
        assert re.fullmatch(r"[A-Z]-\d{3}", number), number
        return number

    def stored(self) -> dict[str, Any]:
        """Everything the browser would keep of this page."""
        kept: dict[str, Any] = self.page.evaluate(
            """async () => ({local: localStorage.length, session: sessionStorage.length, cookies: document.cookie,
            state: history.state, databases: (await indexedDB.databases()).length, url: location.href})"""
        )
        return kept


class SignedInScreen:
    """A screen of the office: signed in, driven by keys and acts."""

    signed_in = ""
    """What stands on it once somebody is signed in."""

    def __init__(self, page: Page):
        self.page = page

    def sign_in(self, user: str, password: str = DEMO) -> None:
        self.page.locator("[name=user]").fill(user)
        self.page.locator("[name=password]").fill(password)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(self.signed_in)).to_be_visible()

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)

    def act(self, name: str) -> Locator:
        """A button by the act it does."""
        return self.page.locator(f'[data-act="{name}"]')


class DeskScreen(SignedInScreen):
    """The desk under a clerk's keys."""

    signed_in = ".queue"

    def line(self, ticket: str) -> Locator:
        """A number in the queue."""
        return self.page.locator(f'[data-ticket="{ticket}"]')

    def open(self, ticket: str) -> None:
        self.line(ticket).click()
        expect(self.page.locator(".head h1")).to_have_text(ticket)

    @property
    def state(self) -> Locator:
        return self.page.locator(".head-state")

    @property
    def toast(self) -> Locator:
        return self.page.locator(".toast")

    def identify_and_file(self) -> None:
        """The record of identification, every procedure 受理, and the end of the case."""
        self.page.locator("[data-paper=my_number_card]").check()
        self.page.locator("[data-pick=not_needed]").click()
        for seen in ("originals_seen", "address_checked", "existing_household_checked"):
            self.page.locator(f"[data-seen={seen}]").check()
        self.page.locator("[data-pick=false]").click()
        self.act("all-filed").click()
        self.act("save-panel").click()


class OperatorScreen(SignedInScreen):
    """The remote operator's screen under their keys."""

    signed_in = ".line-up"

    @property
    def waiting(self) -> Locator:
        """Those who wait for a person."""
        return self.page.locator(".group-waiting .conversation")

    @property
    def holder(self) -> Locator:
        """Who leads the open conversation."""
        return self.page.locator("[data-holder]")

    @property
    def refused(self) -> Locator:
        return self.page.locator(".refused-band")

    def holds(self, who: str) -> None:
        """Waits until the screen says that `mine`, `other`, `assistant` … leads."""
        expect(self.holder).to_have_attribute("data-holder", who)

    def take(self) -> None:
        """Takes who waits longest, by one key."""
        expect(self.waiting.first).to_be_visible()
        self.key("t")
        self.holds("mine")

    def say(self, text: str) -> None:
        """Writes to the resident and sends it."""
        self.write(text)
        self.key("Enter")

    def write(self, text: str) -> None:
        field = self.page.locator("#reply")
        expect(field).to_be_enabled()
        field.fill(text)

    def messages(self, sender: str) -> Locator:
        """What one side said so far; what is still on its way is not among them."""
        return self.page.locator(f".message-{sender}[data-seq] p")


class HallScreen:
    """The display of the hall."""

    def __init__(self, page: Page):
        self.page = page
        expect(page.locator(".hall")).to_be_visible()

    @property
    def called(self) -> Locator:
        return self.page.locator(".called-large .ticket")
