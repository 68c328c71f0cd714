"""Addresses as QR codes; what must not be in a log stands in the fragment."""

import io

import segno


def qr_svg(url: str) -> bytes:
    """The code as SVG."""
    drawn = io.BytesIO()
    segno.make(url, error="m").save(drawn, kind="svg", scale=6, border=4, xmldecl=False)
    return drawn.getvalue()
