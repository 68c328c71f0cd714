"""The commands that hear: transcribe a file, list sound devices."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from speech.audio import read_sound
from speech.devices import sound_devices
from speech.repair import Term
from speech.transcriber import RATE_HZ
from speech.whisper_transcriber import WhisperTranscriber

AsJson = Annotated[bool, typer.Option("--json", help="print JSON")]


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
        typer.echo(json.dumps(asdict(heard) | took, ensure_ascii=False))
    elif heard.text:
        typer.echo(heard.text)


def devices(*, as_json: AsJson = False) -> None:
    """List the microphones and loudspeakers of this machine (screens use the browser's instead)."""
    found = sound_devices()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo(
            f"{one.number}\t{one.name}\tin {one.channels_in}\tout {one.channels_out}\t{one.rate_hz} Hz"
        )
    if not found:
        typer.echo("no sound device on this machine", err=True)
