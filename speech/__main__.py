"""Sound on the command line: say a text, transcribe a file, list sound devices."""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from speech.audio import read_sound
from speech.devices import sound_devices
from speech.errors import SpeechError
from speech.repair import Term
from speech.saying import say
from speech.transcriber import RATE_HZ
from speech.whisper_transcriber import WhisperTranscriber

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

app.command()(say)

AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


@app.command()
def transcribe(
    file: Annotated[Path, typer.Argument(metavar="IN.wav", help="sound of any rate, as FFmpeg reads it")],
    weights: Annotated[
        Path | None, typer.Option(help="another model in CTranslate2 format (default: packaged Whisper base)")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda")] = "cpu",
    term: Annotated[
        list[str] | None, typer.Option(help="a word to expect, 転出届=てんしゅつとどけ; may be repeated")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print what is said in a sound file; nothing when no words are heard."""
    terms = []
    for one in term or ():
        written, _, reading = one.partition("=")
        terms.append(Term(written, reading or written))
    sound = read_sound(file)
    begun = time.monotonic()
    heard = WhisperTranscriber(weights, terms, device=device).transcribe(sound)
    if as_json:
        took = {"sound_s": round(len(sound) / RATE_HZ, 2), "took_s": round(time.monotonic() - begun, 2)}
        print(json.dumps(asdict(heard) | took, ensure_ascii=False))
    elif heard.text:
        print(heard.text)


@app.command()
def devices(*, as_json: AsJson = False) -> None:
    """List the microphones and loudspeakers of this machine (screens use the browser's instead)."""
    found = sound_devices()
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        print(f"{one.number}\t{one.name}\tin {one.channels_in}\tout {one.channels_out}\t{one.rate_hz} Hz")
    if not found:
        print("no sound device on this machine", file=sys.stderr)


def main() -> None:
    """The commands; an error that is ours is one line on stderr and exit code 1."""
    try:
        app()
    except SpeechError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
