"""Screens, fonts and what every screen asks first."""

import json
from dataclasses import asdict
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response

from assistant.characters import OF_THE_TOWN, all_characters
from assistant.problems import Problem
from assistant.services import services_of
from counter_bridge.staff import Role

SCREENS = {
    "/": "index.html",
    "/kiosk": "kiosk/index.html",
    "/phone": "kiosk/index.html",
    "/staff": "staff/index.html",
    "/operator": "operator/index.html",
    "/attendant": "attendant/index.html",
    "/account": "account/index.html",
    "/admin": "admin/index.html",
    "/audit": "audit/index.html",
    "/pair": "pair/index.html",
    "/display": "call_display/index.html",
    "/status": "status/index.html",
    "/character": "character/index.html",
}

FONTS = ("BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf")
"""Debian's fonts-morisawa-bizud-gothic, served so that every browser has the same letters."""
FONT_FOLDER = Path("/usr/share/fonts/truetype/bizud-gothic")


READ = ["GET", "HEAD"]

LAB = "lab/index.html"
"""Linked from nowhere: for whoever sets a kiosk up."""


def add_pages(app: FastAPI, web: Path) -> None:
    """Adds one route per screen that exists, the fonts, and /api/v1/about."""
    for path, file in SCREENS.items():
        if (web / file).is_file():
            app.api_route(path, methods=READ, include_in_schema=False)(_page(web / file))

    @app.api_route("/lab", methods=READ, include_in_schema=False)
    def lab(request: Request) -> FileResponse:
        services = services_of(request)
        if not services.settings.demo:
            services.staff.require(request, Role.ADMINISTRATOR)
        return FileResponse(web / LAB, media_type="text/html")

    @app.api_route("/fonts/{name}", methods=READ, include_in_schema=False)
    def font(name: str) -> FileResponse:
        found = FONT_FOLDER / name
        if name not in FONTS or not found.is_file():
            raise Problem(
                404, "not_found", "書体がありません。", "fonts-morisawa-bizud-gothic を入れてください。"
            )
        return FileResponse(found, media_type="font/ttf")

    @app.get("/api/v1/about", tags=["about"])
    def about(request: Request) -> Response:
        """Which town this is, whether it is the demo, and the demo's cards."""
        return Response(
            json.dumps(services_of(request).about(), ensure_ascii=False), media_type="application/json"
        )

    @app.get("/api/v1/floor-map.svg", tags=["about"])
    def floor_map(request: Request) -> Response:
        """The floor map of the city hall."""
        drawing = services_of(request).kb.municipality.floor_map_svg
        return Response(drawing, media_type="image/svg+xml")

    @app.get("/api/v1/characters", tags=["about"])
    def characters(request: Request) -> Response:
        """The characters that can be shown, for the preview page."""
        listed = [asdict(c) for c in all_characters(services_of(request).kb.municipality)]
        return Response(json.dumps(listed, ensure_ascii=False), media_type="application/json")

    @app.get(OF_THE_TOWN + "/{file}", include_in_schema=False)
    def character_of_the_town(request: Request, file: str) -> Response:
        """The two files of the overlay's folder `character/`; the screens make them harmless before showing them."""
        town = services_of(request).kb.municipality
        files = {
            "character.svg": (town.character_svg, "image/svg+xml"),
            "character.json": (town.character_json, "application/json"),
        }
        text, media_type = files.get(file, ("", ""))
        if not text:
            raise Problem(
                404, "not_found", "町のキャラクターがありません。", "docs/character.md をご覧ください。"
            )
        return Response(text, media_type=media_type)


def _page(file: Path):  # type: ignore[no-untyped-def]
    def page() -> FileResponse:
        return FileResponse(file, media_type="text/html")

    return page
