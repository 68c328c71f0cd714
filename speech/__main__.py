"""`python -m speech`: tools for those who set the system up."""

import typer

from speech.saying import say

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command()(say)


@app.callback()
def speech() -> None:
    """Sound to text and text to sound."""


if __name__ == "__main__":
    app()
