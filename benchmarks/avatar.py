"""The drawn character at work: frames a second, share of a core, and how far lips and sound are apart.

Ten seconds of speaking at kiosk size, in the Chromium a kiosk runs; the baseline is the same page with the same
drawing standing still. Work is counted for the renderer and for the process that puts the picture together, without
a graphics card: a kiosk that has one does less.
"""

import itertools
import os
import statistics
import sys
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright

from assistant.characters import PACKAGED, base_of
from benchmarks.served import served

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]
SECONDS = 10
SETTLE_MS = 1500
STAGE = (576, 620)
"""The stage of a landscape kiosk, where the character is largest."""
WORKERS = ("--type=renderer", "--type=gpu-process")
MOST_LIP_ERROR_MS = 40
MOST_CORE = 0.5
EARLY_S = 0.03

STAND = """async ([base, width, height]) => {
  const { html, render } = await import("/web/shared/preact.js");
  const { Avatar } = await import("/web/shared/avatar.js");
  const { loadCharacter } = await import("/web/shared/character/load.js");
  const character = await loadCharacter(base);
  const place = document.querySelector("#character");
  render(null, place);
  place.style.width = `${width}px`;
  place.style.height = `${height}px`;
  window.take = (mood, motion) => {
    document.documentElement.dataset.motion = motion;
    render(html`<${Avatar} mood=${mood} character=${character} />`, place);
  };
  window.spec = character.spec;
  window.take("calm", "reduced");
}"""

SPEAK = """async seconds => {
  const { followMouth } = await import("/web/shared/avatar.js");
  const { sampleTimeline } = await import("/web/character/sample.js");
  const { visemes, length_s } = sampleTimeline();
  const timeline = [];
  for (let begin_s = 0; begin_s < seconds; begin_s += length_s)
    timeline.push(...visemes.map(one => ({ ...one, at_s: one.at_s + begin_s })));
  window.take("speaking", "full");
  const begun = performance.now();
  const stop = followMouth(timeline, () => (performance.now() - begun) / 1000);
  await new Promise(done => setTimeout(done, seconds * 1000));
  stop();
}"""

WATCH = """async seconds => {
  const { followMouth } = await import("/web/shared/avatar.js");
  const { outlineOf } = await import("/web/shared/character/path.js");
  const { SHAPES } = await import("/web/shared/character/contract.js");
  const { sampleTimeline } = await import("/web/character/sample.js");
  const { visemes, length_s } = sampleTimeline();
  const { paths, groups } = window.spec.mouth;
  const part = id => document.querySelector(`[id$="-${id}"]`);
  const [id, shapes] = Object.entries(paths ?? {})[0] ?? [];
  const drawn = groups
    ? () => Object.fromEntries(SHAPES.map(shape => [shape, 1 - getComputedStyle(part(groups[shape])).opacity]))
    : () => {
        const now = outlineOf(part(id).getAttribute("d")).numbers;
        const away = shape => Math.hypot(...outlineOf(shapes[shape]).numbers.map((value, at) => value - now[at]));
        return Object.fromEntries(SHAPES.map(shape => [shape, away(shape)]));
      };
  const times = Math.floor(seconds / length_s);
  const timeline = [];
  for (let turn = 0; turn < times; turn += 1)
    timeline.push(...visemes.map(one => ({ ...one, at_s: one.at_s + turn * length_s })));
  window.take("speaking", "full");
  const seen = [];
  const begun = performance.now();
  const stop = followMouth(timeline, () => (performance.now() - begun) / 1000);
  let onScreen = "closed";
  await new Promise(done => requestAnimationFrame(function look(now) {
    seen.push([(now - begun) / 1000, onScreen]);
    const away = drawn();
    onScreen = SHAPES.reduce((best, shape) => (away[shape] < away[best] ? shape : best));
    if (now - begun < times * length_s * 1000) requestAnimationFrame(look); else done();
  }));
  stop();
  return { seen, timeline };
}"""
"""What a frame draws is on the screen when the next begins: that delay is counted."""


def core_share(page: Page, script: str, argument: Any) -> float:
    """Cores used by Chromium's workers while `script` runs for its seconds."""
    before = worked_s()
    page.evaluate(script, argument)
    return (worked_s() - before) / SECONDS


def worked_s() -> float:
    """Processor seconds of the renderers and the picture process so far."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        if any(worker in process.cmdline() for worker in WORKERS):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def measured(page: Page, base: str) -> dict[str, float]:
    page.evaluate(STAND, [base, *STAGE])
    page.wait_for_timeout(SETTLE_MS)
    wait = "seconds => new Promise(done => setTimeout(done, seconds * 1000))"
    still = core_share(page, wait, SECONDS)
    page.evaluate("take('attentive', 'full')")
    attentive = core_share(page, wait, SECONDS)
    speaking = core_share(page, SPEAK, SECONDS)
    watched = page.evaluate(WATCH, SECONDS)
    seen = [(float(at_s), str(shape)) for at_s, shape in watched["seen"]]
    lasted = [(after[0] - before[0]) * 1000 for before, after in itertools.pairwise(seen)]
    apart = apart_ms(seen, [(float(v["at_s"]), str(v["shape"])) for v in watched["timeline"]])
    return {
        "still": still,
        "attentive": attentive,
        "speaking": speaking,
        "fps": len(lasted) * 1000 / sum(lasted),
        "p95_ms": statistics.quantiles(lasted, n=20)[18],
        "lips": statistics.quantiles([abs(error) for error in apart], n=20)[18],
        "lips_p50": statistics.median(apart),
    }


def apart_ms(seen: list[tuple[float, str]], spoken: list[tuple[float, str]]) -> list[float]:
    """How much later than its sound each new shape was seen; one never seen counts with its whole length."""
    apart = []
    for (_, before), (at_s, shape), (until_s, _) in zip(spoken, spoken[1:], spoken[2:], strict=False):
        if shape != before:
            first = next(
                (t for t, drawn in seen if drawn == shape and at_s - EARLY_S < t < until_s + EARLY_S), until_s
            )
            apart.append((first - at_s) * 1000)
    return apart


def main() -> int:
    os.environ["ASSISTANT_UNDERSTANDING"] = "no"
    within = True
    with served() as demo, sync_playwright() as playwright:
        demo.wait_for("/healthz")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"{demo.address}/character")
        print(f"load of the machine while measuring: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
        heads = (
            "character",
            "frames/s",
            "p95 frame ms",
            "cores still",
            "attentive",
            "speaking",
            "lips p50",
            "p95 ms",
        )
        print("| " + " | ".join(f"{head:>12}" for head in heads) + " |")
        print("|" + "|".join("-" * 14 for _ in heads) + "|")
        for folder in sorted(PACKAGED.iterdir()):
            got = measured(page, base_of(folder.name))
            values = ("fps", "p95_ms", "still", "attentive", "speaking", "lips_p50", "lips")
            print(f"| {folder.name:>12} | " + " | ".join(f"{got[value]:12.2f}" for value in values) + " |")
            within &= got["lips"] <= MOST_LIP_ERROR_MS and got["speaking"] <= MOST_CORE
        browser.close()
    return int(not within)


if __name__ == "__main__":
    sys.exit(main())
