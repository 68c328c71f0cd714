"""Fonts of the forms: found, named when missing, and exact about characters."""

from pathlib import Path

import pytest

from counter_bridge import fonts
from counter_bridge.form_errors import FontMissing


def test_a_missing_font_names_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "font_folders", lambda: (tmp_path,))
    with pytest.raises(FontMissing, match="apt-get install fonts-ipamj-mincho"):
        fonts.find_font(fonts.MINCHO)
    assert {error.package for error in fonts.missing_fonts()} == {
        "fonts-morisawa-bizud-gothic",
        "fonts-ipamj-mincho",
    }


def test_nothing_is_missing_here() -> None:
    assert fonts.missing_fonts() == ()


def test_text_is_written_in_its_face_and_in_another_where_that_lacks_a_character() -> None:
    runs = fonts.split_runs("見本\U00020bb7町", fonts.SANS)
    assert [(run.text, run.face, run.kind) for run in runs] == [
        ("見本", fonts.SANS, "text"),
        ("\U00020bb7", fonts.MINCHO, "text"),
        ("町", fonts.SANS, "text"),
    ]


def test_a_variation_selector_asks_for_a_shape_of_its_own() -> None:
    (run,) = fonts.split_runs("葛\U000e0102", fonts.MINCHO)
    assert (run.kind, run.text) == ("outline", "葛\U000e0102")
    assert run.glyph != fonts.glyph_of(fonts.MINCHO, "葛")


def test_a_shape_the_font_lacks_is_never_replaced_in_silence() -> None:
    assert fonts.lacks_shape("\ue001", fonts.MINCHO)
    assert fonts.lacks_shape("見\U000e01ef", fonts.MINCHO)
    assert not fonts.lacks_shape("見本　\U00020bb7", fonts.MINCHO)


def test_the_width_of_a_run_is_the_sum_of_its_characters() -> None:
    assert fonts.width_pt(fonts.split_runs("見本葛\U000e0102\ue001", fonts.MINCHO), 10.0) == pytest.approx(
        40.0
    )
