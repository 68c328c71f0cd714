"""The way to the counter on the command line: reader and cards, forms, cases."""

import typer

from counter_bridge.card_commands import card_app
from counter_bridge.case_commands import cases_app
from counter_bridge.form_commands import forms_app

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
app.add_typer(card_app, name="card")
app.add_typer(forms_app, name="forms")
app.add_typer(cases_app, name="cases")

if __name__ == "__main__":
    app(prog_name="python -m counter_bridge")
