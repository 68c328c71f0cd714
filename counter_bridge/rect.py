"""A rectangle on a page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rect:
    """A rectangle in millimetres from the top left of the page."""

    x_mm: float
    y_mm: float
    w_mm: float
    h_mm: float
