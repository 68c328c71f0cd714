"""Drawn characters: one contract for all, nothing harmful gets in, a broken one never leaves an empty stage."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.characters import PACKAGED
from kb.model import KnowledgeBase
from tests.browser.conftest import DESK, PORTRAIT, Running
from tests.browser.screens import accessible

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]

NAMES = sorted(folder.name for folder in PACKAGED.iterdir())
SHAPES = ["a", "i", "u", "e", "o", "n", "closed"]
MOODS = [
    "calm",
    "attentive",
    "greeting",
    "bowing",
    "asking",
    "listening",
    "thinking",
    "speaking",
    "puzzled",
    "apologising",
    "pointing",
    "glad",
]
CLERK_SVG = (PACKAGED / "clerk" / "character.svg").read_text(encoding="utf-8")
CLERK_JSON = (PACKAGED / "clerk" / "character.json").read_text(encoding="utf-8")

READ = """async ([svg, json]) => {
  const { readCharacter } = await import("/web/shared/character/load.js");
  try {
    const { drawing, removed } = readCharacter("test", svg, json);
    document.body.append(drawing);
    return { drawn: drawing.outerHTML, removed, problems: [] };
  } catch (broken) {
    return { drawn: "", removed: [], problems: broken.problems };
  }
}"""

LOOKS = """async ([name, shapes, moods]) => {
  const { loadCharacter } = await import("/web/shared/character/load.js");
  const { Rig } = await import("/web/shared/character/rig.js");
  const rig = new Rig(document.body, await loadCharacter(`/web/characters/${name}`));
  const seen = { shapes: {}, moods: {} };
  for (const shape of shapes) {
    rig.mouth.show(shape, true);
    seen.shapes[shape] = rig.svg.outerHTML;
  }
  for (const mood of moods) {
    rig.setMood(mood);
    const moves = rig.running.map(a => `${a.effect.getTiming().duration} ${JSON.stringify(a.effect.getKeyframes().map(k => k.transform))}`);
    seen.moods[mood] = [...rig.svg.querySelectorAll("g")].map(g => `${g.getAttribute("class")} ${g.style.transform}`).join() + moves;
  }
  rig.remove();
  return seen;
}"""

MOVING = "() => document.getAnimations().length"
BODY = """() => [...document.querySelectorAll(".avatar .avatar-part")].map(part => [part.querySelector("[id]").id.replace(/^c\\d+-/, ""), part.style.transform])"""
AT_REST = "translate(0px, 0px) rotate(0deg) scale(1, 1)"


def preview(open_page: OpenPage, name: str = "clerk", *, moving: bool = False, frozen: bool = False) -> Page:
    page = open_page(f"/character?name={name}", DESK, frozen=frozen)
    if moving:
        page.emulate_media(reduced_motion="no-preference")
    expect(page.locator(".avatar svg")).to_be_visible()
    return page


@pytest.fixture
def reading(demo: Running, browser: Browser) -> Iterator[Page]:
    """The preview where files are read of which Chromium complains while parsing; it asks for nothing outside."""
    with browser.new_context(base_url=demo.address, reduced_motion="reduce") as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/character")
        expect(page.locator(".avatar svg")).to_be_visible()
        yield page
        assert [url for url in asked if not url.startswith(demo.address)] == []


def press(page: Page, value: str) -> None:
    page.locator(f'button[data-value="{value}"]').click()


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    spec = copy.deepcopy(json.loads(CLERK_JSON))
    change(spec)
    return json.dumps(spec)


@pytest.mark.parametrize("name", NAMES)
def test_every_character_that_comes_along_keeps_the_contract(open_page: OpenPage, name: str) -> None:
    page = preview(open_page, name, moving=True)
    expect(page.locator(".preview-problems, .preview-removed")).to_have_count(0)
    seen = page.evaluate(LOOKS, [name, SHAPES, MOODS])
    assert len(set(seen["shapes"].values())) == len(SHAPES), "two shapes of the mouth look the same"
    assert len(set(seen["moods"].values())) == len(MOODS), "two moods look the same"


def test_the_preview_takes_every_mood_and_shape(open_page: OpenPage) -> None:
    page = preview(open_page)
    for mood in MOODS:
        press(page, mood)
        expect(page.locator(".avatar svg")).to_have_attribute("data-mood", mood)
    for shape in SHAPES:
        press(page, shape)
        outline = json.loads(CLERK_JSON)["mouth"]["paths"]["mouth_opening"][shape]
        expect(page.locator('[id$="-mouth_opening"]')).to_have_attribute("d", outline.replace(",", " "))


def test_the_preview_is_accessible(open_page: OpenPage, axe: str) -> None:
    page = preview(open_page)
    accessible(page, axe, at_a_desk=True)


def test_the_mouth_follows_the_times_of_the_phonemes(open_page: OpenPage) -> None:
    page = preview(open_page, frozen=True)
    page.evaluate(
        """async () => {
          const { followMouth } = await import("/web/shared/avatar.js");
          const begun = performance.now();
          const visemes = [{ at_s: 0, shape: "o" }, { at_s: 0.2, shape: "i" }, { at_s: 0.4, shape: "closed" }];
          followMouth(visemes, () => (performance.now() - begun) / 1000);
        }"""
    )
    mouth = page.locator('[id$="-mouth_opening"]')
    outlines = json.loads(CLERK_JSON)["mouth"]["paths"]["mouth_opening"]
    for wait_ms, shape in ((100, "o"), (160, "i"), (200, "closed")):
        page.clock.run_for(wait_ms)
        expect(mouth).to_have_attribute("d", outlines[shape])


BROKEN: list[tuple[str, Callable[[dict[str, Any]], object], str, str]] = [
    ("an unknown key", lambda s: s.update(wings=1), "wings", "知らない項目"),
    ("another format", lambda s: s.update(format=2), "format", "1"),
    ("no name", lambda s: s.pop("name_ja"), "name_ja", "文字"),
    ("no author", lambda s: s["attribution"].pop("drawn_by"), "attribution.drawn_by", "文字"),
    ("a part that is not drawn", lambda s: s["parts"].update(wings=[1, 2]), "parts.wings", 'id="wings"'),
    ("a part without a pivot", lambda s: s["parts"].update(head=5), "parts.head", "中心"),
    ("a mood that is missing", lambda s: s["moods"].pop("pointing"), "moods.pointing", "ありません"),
    ("a mood there is not", lambda s: s["moods"].update(angry={}), "moods.angry", "知らない項目"),
    ("a part nobody named", lambda s: s["moods"]["calm"].update(pose={"wings": {}}), "wings", "知らない項目"),
    ("a move too far", lambda s: s["moods"]["calm"].update(pose={"head": {"rotate": 90}}), "head.rotate", "45"),
    ("a number in words", lambda s: s["moods"]["calm"].update(pose={"head": {"x": "far"}}), "head.x", "数"),
    ("a gesture out of order", lambda s: s["breathing"]["parts"].update(head=[{"at": 0.5}, {"at": 0}]), "breathing.parts.head", "順"),
    ("a gesture of no time", lambda s: s["breathing"].update(seconds=0), "breathing.seconds", "0.2"),
    ("a rest that is no shape", lambda s: s["moods"]["calm"].update(rest="x"), "moods.calm.rest", "口の形"),
    ("a shape that is missing", lambda s: s["mouth"]["paths"]["mouth_opening"].pop("n"), "mouth_opening.n", "path"),
    ("a shape of other commands", lambda s: s["mouth"]["paths"]["mouth_opening"].update(a="M0 0L1 1Z"), "mouth_opening.a", "closed と同じ"),
    ("two kinds of mouth", lambda s: s["mouth"].update(groups={}), "mouth", "どちらか"),
    ("glances without end", lambda s: s["glances"].update(every_seconds=[0, 1]), "glances.every_seconds", "1秒"),
]  # fmt: skip


def test_everything_that_is_wrong_with_a_character_is_told(open_page: OpenPage) -> None:
    page = preview(open_page)
    for name, change, key, reason in BROKEN:
        problems = page.evaluate(READ, [CLERK_SVG, changed(change)])["problems"]
        assert any(key in p and reason in p for p in problems), (name, problems)


@pytest.mark.parametrize(
    ("svg", "reason"),
    [
        ("<svg", "SVGとして読めません"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'/>", "SVGとして読めません"),
        ("", "SVGとして読めません"),
        (f"<svg xmlns='http://www.w3.org/2000/svg'><desc>{'x' * 500_001}</desc></svg>", "大きすぎます"),
        (f"<svg xmlns='http://www.w3.org/2000/svg'>{'<g/>' * 1501}</svg>", "要素が多すぎます"),
        (CLERK_SVG.replace("viewBox", "data-box"), "viewBox"),
    ],
    ids=["torn", "no svg", "empty", "too large", "too many", "no viewBox"],
)
def test_what_is_no_drawing_is_refused(reading: Page, svg: str, reason: str) -> None:
    (problem, *_) = reading.evaluate(READ, [svg, CLERK_JSON])["problems"]
    assert reason in problem


HOSTILE = """<script>window.harmed = 1</script><style>* { fill: url(http://evil.example/a) }</style>
<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:parent.harmed=1"/></foreignObject>
<image href="http://evil.example/b.png"/><a href="javascript:window.harmed=1"><path d="M0 0"/></a>
<use href="http://evil.example/c.svg#x"/><use xlink:href="data:image/svg+xml,x#y" xmlns:xlink="http://www.w3.org/1999/xlink"/>
<animate attributeName="href" to="javascript:window.harmed=1"/><set attributeName="onload" to="window.harmed=1"/>
<path d="M0 0" onload="window.harmed=1" onclick="window.harmed=1" fill="url(http://evil.example/d)"/>
<path d="M0 0" style="fill: url('//evil.example/e'); stroke: red; behavior: url(x)" class="kiosk town-accent"/>
<img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="window.harmed=1"/>"""


def test_nothing_harmful_in_a_drawing_reaches_the_page(reading: Page) -> None:
    read = reading.evaluate(READ, [CLERK_SVG.replace("</svg>", HOSTILE + "</svg>"), CLERK_JSON])
    assert read["problems"] == []
    drawn = read["drawn"]
    for part in (
        "evil",
        "javascript",
        "script",
        "foreignObject",
        "<image",
        "<a ",
        "animate",
        "<set",
        "onload",
        "onerror",
        "style",
        "kiosk",
        "data:",
    ):
        assert part not in drawn, part
    assert 'stroke="red"' in drawn
    assert 'class="town-accent"' in drawn
    assert {"<script>", "<style>", "<foreignObject>", "<image>", "onload", "onclick"} <= set(read["removed"])
    assert reading.evaluate("window.harmed") is None


def test_the_colours_of_a_drawing_program_survive(open_page: OpenPage) -> None:
    inkscape = CLERK_SVG.replace(
        "</svg>",
        """<metadata/><sodipodi:namedview xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"/>
        <path d="M0 0" style="fill:#123456;stroke-width:3;-inkscape-stroke:none"/></svg>""",
    )
    read = preview(open_page).evaluate(READ, [inkscape, CLERK_JSON])
    assert 'fill="#123456"' in read["drawn"]
    assert 'stroke-width="3"' in read["drawn"]
    assert read["removed"] == []


def test_own_files_are_tried_and_sent_nowhere(open_page: OpenPage, tmp_path: Path) -> None:
    page = preview(open_page)
    asked: list[str] = []
    svg, good, bad = tmp_path / "own.svg", tmp_path / "good.json", tmp_path / "bad.json"
    svg.write_text(CLERK_SVG, encoding="utf-8")
    good.write_text(changed(lambda s: s.update(name_ja="うちの案内係")), encoding="utf-8")
    bad.write_text("{", encoding="utf-8")
    page.on("request", lambda request: asked.append(request.method + request.url))
    page.locator("input[type=file]").set_input_files([svg, good])
    expect(page.locator(".preview-by")).to_contain_text("うちの案内係")
    assert asked == []
    page.locator("input[type=file]").set_input_files([svg, bad])
    expect(page.locator(".preview-problems")).to_contain_text("JSONとして読めません")
    expect(page.locator(".preview-by")).to_contain_text("案内係")
    expect(page.locator(".avatar svg")).to_be_visible()
    assert not [one for one in asked if not one.startswith("GET")]


def test_no_body_moves_where_motion_is_not_wanted(open_page: OpenPage) -> None:
    page = preview(open_page)
    for mood in MOODS:
        press(page, mood)
        expect(page.locator(".avatar svg")).to_have_attribute("data-mood", mood)
        assert page.evaluate(MOVING) == 0, mood
        face = json.loads(CLERK_JSON)["face"]
        assert all(transform == AT_REST for part, transform in page.evaluate(BODY) if part not in face), mood
    press(page, "a")
    expect(page.locator('[id$="-mouth_opening"]')).not_to_have_attribute(
        "d", json.loads(CLERK_JSON)["mouth"]["paths"]["mouth_opening"]["closed"]
    )


def test_a_setting_stills_the_body_too(open_page: OpenPage) -> None:
    page = preview(open_page, moving=True)
    press(page, "speaking")
    page.wait_for_function("() => document.getAnimations().length > 0")
    rest = page.get_by_role("checkbox")
    expect(rest).not_to_be_checked()
    rest.check()
    page.wait_for_function("() => document.getAnimations().length === 0")
    rest.uncheck()
    page.wait_for_function("() => document.getAnimations().length > 0")


@pytest.mark.parametrize("name", NAMES)
def test_two_copies_on_a_page_share_no_id(open_page: OpenPage, name: str) -> None:
    page = preview(open_page, name)
    page.evaluate("([name]) => import('/web/shared/character/load.js').then(async m => { const { Rig } = await import('/web/shared/character/rig.js'); const place = document.createElement('div'); document.body.append(place); new Rig(place, await m.loadCharacter(`/web/characters/${name}`)); })", [name])  # fmt: skip
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


class TestTownOfItsOwn:
    """A town that brings a character in its overlay."""

    @pytest.fixture
    def town(self, kb: KnowledgeBase) -> KnowledgeBase:
        drawing = CLERK_SVG.replace('id="figure"', 'id="figure" data-name="ours"').replace("案内<", "月影<")
        ours = replace(kb.municipality, character="town", character_svg=drawing, character_json=CLERK_JSON)
        return replace(kb, municipality=ours)

    def test_its_character_speaks_at_the_kiosk(self, open_page: OpenPage) -> None:
        expect(open_page("/kiosk", PORTRAIT).locator(".clerk .avatar text")).to_have_text("月影")


class TestTownWithABrokenCharacter:
    """A town whose JSON lacks a mood."""

    @pytest.fixture
    def town(self, kb: KnowledgeBase) -> KnowledgeBase:
        spec = changed(lambda s: s["moods"].pop("glad"))
        ours = replace(kb.municipality, character="town", character_svg=CLERK_SVG, character_json=spec)
        return replace(kb, municipality=ours)

    def test_the_built_in_clerk_stands_in_and_the_console_says_why(
        self, demo: Running, browser: Browser
    ) -> None:
        with browser.new_context(base_url=demo.address) as context:
            page = context.new_page()
            said: list[str] = []
            page.on("console", lambda message: said.append(message.text))
            page.goto("/kiosk")
            expect(page.locator(".clerk .avatar svg")).to_be_visible()
            assert any("built-in" in line and "moods.glad" in line for line in said), said
            page.goto("/character")
            press(page, "/api/v1/characters/town")
            expect(page.locator(".preview-problems")).to_contain_text("moods.glad")
