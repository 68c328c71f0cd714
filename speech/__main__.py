"""Sound on the command line: say a text, transcribe a file, list sound devices."""

import sys

import typer

from speech.errors import SpeechError
from speech.hearing_commands import devices, transcribe
from speech.learning.command import average, learn, learn_sounds
from speech.saying import say

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
app.command()(say)
app.command()(transcribe)
app.command()(devices)
app.command()(learn_sounds)
app.command()(learn)
app.command()(average)


def main() -> None:
    """The commands; an error that is ours is one line on stderr and exit code 1."""
    try:
        app()
    except SpeechError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
