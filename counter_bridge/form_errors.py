"""Errors of the forms part.

FormsError
├── FontMissing     a font of the forms is not installed; names the file and the Debian package
└── FormDoesNotFit  a form record needs more height than a page has

A missing fact, a withheld consent and a character no font holds are results (see forms and pdf), not errors.
"""

from counter_bridge.errors import CounterBridgeError


class FormsError(CounterBridgeError):
    """Root of everything the forms part raises."""

    code = "forms_error"
    detail_ja = "書類を作れません。"
    remedy_ja = "職員がお手伝いします。"


class FontMissing(FormsError):
    """A font file is not installed."""

    code = "font_missing"

    def __init__(self, file_name: str, package: str):
        self.file_name = file_name
        self.package = package
        super().__init__(f"the font {file_name} is not installed → apt-get install {package}")


class FormDoesNotFit(FormsError):
    """A form record that cannot be drawn on its paper."""

    code = "form_does_not_fit"

    def __init__(self, form_id: str, part: str):
        self.form_id = form_id
        super().__init__(f"{form_id}: {part} is higher than a page → lower height_mm, row_mm or max_rows")
