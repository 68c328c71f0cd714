"""The ear and the voice of the house, made from the settings and the town's words."""

from assistant.settings import Settings
from assistant.sound import Ears, LoadedSound, Silent, Sound
from assistant.sound_parts import MEI, check_voice, weights_of
from dialogue.wording import fixed_sentences
from kb.load import overlay_folder
from kb.model import KnowledgeBase
from nlu.municipalities import municipalities
from speech.kokoro_voice import KokoroVoice
from speech.listening import Listening
from speech.pronunciation import Pronouncer
from speech.pyttsx3_speaker import pyttsx3_speaker
from speech.readings import EVERYDAY, MUNICIPALITIES, PACKAGED, Reading, load_readings
from speech.recogniser import Recogniser
from speech.repair import Term
from speech.sentence_speaker import SentenceSpeaker
from speech.speaker import Speaker
from speech.spoken_cache import SpokenCache, cache_directory
from speech.transcriber import Recall
from speech.whisper_transcriber import WhisperTranscriber

LONGEST_TERM = 12
"""Letters; longer names of procedures are not said in one breath and only mislead the recogniser."""


def house_sound(settings: Settings, kb: KnowledgeBase, recall: Recall) -> Sound:
    """Sound as the settings want it; nothing is loaded before `start`."""
    if not settings.speech:
        return Silent()

    def ears() -> Ears:
        terms = town_terms(kb, _readings(settings))
        recogniser = Recogniser(
            WhisperTranscriber(weights_of(settings), terms, recall=recall, device=settings.speech_device)
        )
        recogniser.start()
        return Ears(lambda tell: Listening(recogniser, tell).start(), recogniser.close)

    def speaker() -> Speaker:
        check_voice(settings)
        if settings.voice == MEI:
            return pyttsx3_speaker(_readings(settings), cache_directory())
        voice = KokoroVoice(Pronouncer(_readings(settings), cache_directory()))
        return SentenceSpeaker(voice, SpokenCache(cache_directory()))

    return LoadedSound(ears, speaker, fixed_sentences(kb))


def town_terms(kb: KnowledgeBase, readings: tuple[Reading, ...]) -> list[Term]:
    """Words to expect, the most ordinary first: the town, what people come for, its papers."""
    pronouncer = Pronouncer(readings, cache_directory())
    names = [kb.municipality.name_ja]
    for event in sorted(kb.life_events.values(), key=lambda event: event.order):
        names += [p.name_ja for p in kb.procedures.values() if p.life_events[:1] == (event.id,)]
    names += [paper.name_ja for paper in kb.papers.values()]
    plain = dict.fromkeys(name for name in names if len(name) <= LONGEST_TERM and name.isalnum())
    everyday = [Term(word.written, word.reading) for word in load_readings(EVERYDAY)]
    places = [Term(place.name, place.kana, exact=True) for place in municipalities() if place.is_city]
    return [*(Term(name, pronouncer.pronounce(name).reading) for name in plain), *everyday, *places]


def _readings(settings: Settings) -> tuple[Reading, ...]:
    town = overlay_folder(settings.town, settings.own_towns) / "readings.yaml"
    return load_readings(MUNICIPALITIES, PACKAGED, *([town] if town.is_file() else []))
