"""The pictures of the README, taken anew from a running demo: `make run`, then `make pictures`.

They show made-up persons only, and every one says 見本. Kept out of the tests: a picture is looked at, not compared.
"""

import datetime as dt
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2 as pdfium
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from tests.browser.screens import DeskScreen, HallScreen, KioskScreen

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
FAMILY = ROOT / "benchmarks" / "family_of_six.yaml"
AT = dt.datetime(2026, 4, 7, 10, 20, tzinfo=ZoneInfo("Asia/Tokyo"))
"""The moment the pictures show: a Tuesday of the moving season."""

PORTRAIT, LANDSCAPE, DESK = (1080, 1920), (1920, 1080), (1440, 900)
WIDTH_PX = {PORTRAIT: 640, LANDSCAPE: 1280, DESK: 1280}
COLOURS = 256
MOST_BYTES = 300_000
SETTLE_MS = 600
SMALL_CARD_PIN = "1234"
NEW_ADDRESS = "星見野市見本町１丁目１番１号"
SOMEBODY_ELSE = "4月1日に、横浜から一人で引っ越してきました"


def main(address: str) -> None:
    """Walk the family of six through the demo at `address` and keep seven pictures."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        with _page(browser, address, "/kiosk", LANDSCAPE) as page:
            KioskScreen(page).read_back()
            _keep(page, "kiosk_read_back", LANDSCAPE)
        with (
            _page(browser, address, "/kiosk", PORTRAIT) as page,
            _page(browser, address, "/staff", DESK) as desk,
            _page(browser, address, "/display", LANDSCAPE) as hall,
        ):
            _family(browser, address, page, DeskScreen(desk), HallScreen(hall))
        browser.close()
    _form()


def _family(browser: Browser, address: str, page: Page, desk: DeskScreen, hall: HallScreen) -> None:
    kiosk = KioskScreen(page)
    _keep(page, "kiosk_first", PORTRAIT)
    kiosk.read_back()
    kiosk.to_plan()
    _keep(page, "kiosk_plan", PORTRAIT)
    kiosk.to_pin()
    kiosk.type_pin(SMALL_CARD_PIN)
    kiosk.on("view-read")
    kiosk.press("next")
    kiosk.on("view-details")
    page.get_by_label("新しい住所", exact=True).fill(NEW_ADDRESS)
    while page.locator(".view-details").is_visible():
        before = page.locator(".progress").inner_text()
        kiosk.press("next")
        expect(page.locator(".progress")).not_to_have_text(before)
    kiosk.on("view-forms")
    kiosk.press("next")
    ticket = kiosk.ticket()
    expect(page.locator("img.qr")).to_be_visible()
    page.set_viewport_size({"width": LANDSCAPE[0], "height": LANDSCAPE[1]})
    _keep(page, "kiosk_ticket", LANDSCAPE)

    others = [_another_number(browser, address) for _ in range(4)]
    desk.sign_in("counter_staff")
    desk.open(ticket)
    expect(desk.page.locator(".paper-page img")).to_be_visible()
    _keep(desk.page, "staff_case", DESK)
    for number in (others[0], ticket):
        desk.open(number)
        desk.key("c")
        expect(desk.state).to_contain_text("呼び出し中")
    expect(hall.called).to_have_text(ticket)
    _keep(hall.page, "display", LANDSCAPE)


def _another_number(browser: Browser, address: str) -> str:
    with _page(browser, address, "/kiosk", PORTRAIT) as page:
        kiosk = KioskScreen(page)
        kiosk.read_back(SOMEBODY_ELSE)
        kiosk.to_plan()
        kiosk.press("ticket-only")
        return kiosk.ticket()


def _form() -> None:
    """The first sheet as it prints, the values of all six filled in."""
    target = PICTURES / "form.pdf"
    draw = ["-m", "counter_bridge", "forms", "draw", str(FAMILY), "--on", f"{AT:%Y-%m-%d}"]
    subprocess.run(  # noqa: S603  (our own command)
        [sys.executable, *draw, "--reception", "A-101", "-o", str(target)], check=True, cwd=ROOT
    )
    sheet = pdfium.PdfDocument(target)[0].render(scale=1.7).to_pil()
    target.unlink()
    _save(sheet, "form", sheet.width)


@contextmanager
def _page(browser: Browser, address: str, path: str, size: tuple[int, int]) -> Iterator[Page]:
    """A page of the demo at the moment the pictures show."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        locale="ja-JP",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.clock.set_fixed_time(AT)
    page.route("**/api/v1/visits", _on_the_day)
    page.goto(path)
    yield page
    context.close()


def _on_the_day(route: Route) -> None:
    asked = json.loads(route.request.post_data or "{}")
    route.continue_(post_data=json.dumps({**asked, "on": AT.isoformat()}))


def _keep(page: Page, name: str, size: tuple[int, int]) -> None:
    expect(page.locator(".sample").first).to_contain_text("見本")
    page.evaluate("document.fonts.ready")
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_timeout(SETTLE_MS)
    _save(Image.open(io.BytesIO(page.screenshot())), name, WIDTH_PX[size])


def _save(picture: Image.Image, name: str, width: int) -> None:
    file = PICTURES / f"{name}.png"
    height = round(picture.height * width / picture.width)
    small = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    small.save(file, optimize=True)
    if file.stat().st_size > MOST_BYTES:
        small.quantize(COLOURS, kmeans=3, dither=Image.Dither.NONE).save(file, optimize=True)
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise ValueError(f"{file.name} is {size} bytes: lower COLOURS or WIDTH_PX, {MOST_BYTES} is the most")
    sys.stdout.write(f"{file.relative_to(ROOT)}  {width} x {height}  {size // 1000} kB\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
