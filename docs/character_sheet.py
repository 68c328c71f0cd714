"""Every mood and every mouth of the characters on one sheet: `python docs/character_sheet.py ADDRESS [FOLDER ...]`.

A designer looks at it after every change; without folders it is the picture of docs/character.md. Gestures are stopped
where they reach farthest.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parent / "pictures" / "characters.png"
PACKAGED = ("clerk", "lantern")
WIDTH_PX = 1280
SETTLE_MS = 600

SHEET = """async bases => {
  const { MOODS, SHAPES } = await import("/web/shared/character/contract.js");
  const { loadCharacter } = await import("/web/shared/character/load.js");
  const { Rig } = await import("/web/shared/character/rig.js");
  const sheet = document.createElement("main");
  Object.assign(sheet.style, { display: "grid", gridTemplateColumns: "repeat(10, 1fr)", gap: "6px", padding: "6px" });
  document.body.replaceChildren(sheet);
  for (const base of bases) {
    const character = await loadCharacter(base);
    const cells = [...MOODS.map(mood => [mood, mood, "closed"]), ...SHAPES.map(shape => [`「${shape}」`, "calm", shape])];
    for (const [label, mood, shape] of cells) {
      const figure = document.createElement("figure");
      const place = document.createElement("div");
      Object.assign(place.style, { aspectRatio: "1", background: "#e8eff6" });
      figure.append(place, label);
      sheet.append(figure);
      const rig = new Rig(place, character);
      rig.setMood(mood);
      rig.mouth.show(shape, true);
      for (const animation of rig.running) {
        animation.pause();
        const timing = animation.effect.getTiming();
        animation.currentTime = mood === "pointing" ? timing.duration - 1 : timing.duration * 0.42;
      }
    }
    sheet.append(document.createElement("span"));
  }
}"""


def main(address: str, folders: tuple[str, ...]) -> None:
    """Takes the sheet from the demo that runs at `address`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH_PX, "height": 100}, locale="ja-JP")
        page.goto(f"{address}/character")
        page.evaluate(SHEET, [f"/web/characters/{folder}" for folder in folders])
        page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=PICTURE, full_page=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], tuple(sys.argv[2:]) or PACKAGED)
