"""Journeys of clerks, spoken: synthetic voices through the whole ear, clean and in a lobby, to the same plan as typed."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.house_sound import town_terms
from assistant.journeys import Journey, read_journeys, run
from kb.facts import Facts
from kb.model import AskedQuestion, KnowledgeBase
from nlu.interpretation import Interpretation, NotUnderstood
from speech.ear import TurnHeard
from speech.readings import MUNICIPALITIES, PACKAGED, load_readings
from speech.transcriber import Transcriber
from speech.whisper_transcriber import WhisperTranscriber
from tests.speech.simulated import hear
from tests.speech.voices import babble, mixed, said, silence

FOLDER = Path(__file__).parent / "journeys"
JOURNEYS = {journey.file.removesuffix(".yaml"): journey for journey in read_journeys(FOLDER)}
LEVEL_DBFS = -23.0
DECODING_S = 0.25


class SpokenTo:
    """Understanding that is spoken to: every sentence goes through a voice, a room and the ear first."""

    def __init__(self, hears: Any, transcriber: Transcriber, voice: str, noise_db: float | None):
        self._hears = hears
        self._transcriber = transcriber
        self._voice = voice
        self._noise_db = noise_db

    def interpret(
        self, text: str, asked: AskedQuestion | None, facts: Facts, today: dt.date
    ) -> Interpretation | NotUnderstood:
        speech = said(text, self._voice)
        room = silence(4.0) if self._noise_db is None else babble(4.0, LEVEL_DBFS - self._noise_db)
        told = hear(mixed(speech, room), self._transcriber, takes_s=DECODING_S)
        turns = [at.heard.transcript for at in told if isinstance(at.heard, TurnHeard)]
        if not turns:
            return NotUnderstood("", "empty")
        heard = turns[0]
        others = ((other.text, other.confidence) for other in heard.alternatives)
        return self.interpret_heard(((heard.text, heard.confidence), *others), asked, facts, today)

    def interpret_heard(
        self,
        wordings: Sequence[tuple[str, float]],
        asked: AskedQuestion | None,
        facts: Facts,
        today: dt.date,
    ) -> Interpretation | NotUnderstood:
        found: Interpretation | NotUnderstood = self._hears.interpret_heard(wordings, asked, facts, today)
        return found


@pytest.fixture(scope="session")
def transcriber(kb: KnowledgeBase) -> WhisperTranscriber:
    terms = town_terms(kb, load_readings(MUNICIPALITIES, PACKAGED))
    return WhisperTranscriber(None, terms, threads=1)


CLEAN = (
    ("birth_notification_is_late", "mei"),
    ("bride_takes_the_new_name", "mei"),
    ("cannot_pay_the_rent", "mei"),
    ("couple_with_a_baby", "mei"),
    ("daughter_of_15_with_her_mother", "mei"),
    ("deadline_on_new_year_holiday", "mei"),
    ("does_not_know_about_the_deceased", "mei"),
    ("dog_died", "mei"),
    ("asks_for_the_seal_of_a_father", "jf_alpha"),
    ("asks_for_the_single_parent_allowance_by_name", "jf_alpha"),
    ("asks_to_protect_the_address", "jf_alpha"),
    ("cannot_pay_the_pension", "jf_alpha"),
    ("care_of_unknown_age", "jf_alpha"),
    ("certificates_of_tax_for_a_loan", "jf_alpha"),
    ("divorced_by_mediation", "jf_alpha"),
    ("divorced_mother_of_a_leap_day_child", "jf_alpha"),
)
IN_A_LOBBY = (
    ("asks_to_protect_the_address", "mei"),
    ("brings_the_death_notification_only", "mei"),
    ("does_not_know_which_insurance_after_leaving", "mei"),
    ("cannot_pay_the_rent", "jf_alpha"),
    ("couple_with_a_baby", "jf_alpha"),
    ("child_with_disability", "jf_alpha"),
    ("clerk_of_a_nursing_home", "jf_alpha"),
)


@pytest.mark.parametrize(("journey", "voice"), CLEAN)
def test_a_spoken_journey_comes_out_as_the_typed_one(
    kb: KnowledgeBase, understanding: Any, transcriber: Transcriber, journey: str, voice: str
) -> None:
    assert _wrong(kb, SpokenTo(understanding, transcriber, voice, None), JOURNEYS[journey]) == []


@pytest.mark.parametrize(("journey", "voice"), IN_A_LOBBY)
def test_chatter_at_10_db_does_not_change_where_it_leads(
    kb: KnowledgeBase, understanding: Any, transcriber: Transcriber, journey: str, voice: str
) -> None:
    assert _wrong(kb, SpokenTo(understanding, transcriber, voice, 10.0), JOURNEYS[journey]) == []


def _wrong(kb: KnowledgeBase, hears: SpokenTo, journey: Journey) -> list[str]:
    return run(kb, hears, journey).wrong
