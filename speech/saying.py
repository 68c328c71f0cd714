"""`python -m speech say`: a text as the house would say it, into a WAV file."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from speech.pyttsx3_driver import write_wav
from speech.pyttsx3_speaker import pyttsx3_speaker
from speech.readings import MUNICIPALITIES, PACKAGED, load_readings
from speech.speaker import Manner
from speech.spoken_cache import cache_directory


def say(
    text: Annotated[str, typer.Argument(help="What to say; - reads it from the standard input.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The WAV file to write.")],
    speed: Annotated[float, typer.Option(min=0.5, max=2.0, help="1 is the voice's own.")] = 1.0,
    volume: Annotated[float, typer.Option(min=0.0, max=2.0, help="1 is the voice's own.")] = 1.0,
    readings: Annotated[
        list[Path] | None,
        typer.Option("--readings", help="A town's own readings (YAML); may be given again."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write captions and mouth as JSON.")] = False,
) -> None:
    """Say TEXT into a WAV file; the sentences, their words and readings go to the standard output."""
    speaker = pyttsx3_speaker(load_readings(MUNICIPALITIES, PACKAGED, *(readings or ())), cache_directory())
    spoken = list(speaker.say(sys.stdin.read() if text == "-" else text, Manner(speed, volume)))
    if not spoken:
        print("there is nothing to say in this text", file=sys.stderr)
        raise typer.Exit(1)
    write_wav(output, spoken)
    if as_json:
        told = [
            {
                "text": sentence.text,
                "length_s": sentence.length_s,
                "captions": [asdict(word) for word in sentence.captions],
                "mouth": [asdict(shape) for shape in sentence.mouth],
            }
            for sentence in spoken
        ]
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for sentence in spoken:
        print(f"{sentence.length_s:5.2f} s  {sentence.text}")
        for word in sentence.captions:
            print(f"  {word.at_s:5.2f}–{word.until_s:.2f}  {word.text}  {word.reading}".rstrip())
