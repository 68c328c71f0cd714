"""Which passwords will do: long rather than odd, and nothing a stranger would try first.

Length and a look at what is easily guessed replace rules about kinds of signs, which only lead to "Password1!".
"""

import secrets
import unicodedata

from counter_bridge.refusal import NotAllowed

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 200
"""Hashing more only costs time."""
LEAST_KINDS = 5
"""Different signs; fewer are a key held down or a short pattern again and again."""
SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "あいうえおかきくけこ",
)
COMMON = ("password", "passw0rd", "administrator", "letmein", "welcome", "パスワード", "ぱすわーど")
GENERATED_GROUPS, GENERATED_GROUP = 4, 5
GENERATED_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No sign that is read as another: it is copied from paper once. Four groups of five are 99 bits."""


def password_refused(password: str, name: str) -> NotAllowed | None:
    """Why a password will not do for the account `name`; None when it will.

    >>> password_refused("suzuki-suzuki-2026", "suzuki").code
    'password_guessable'
    >>> password_refused("朝は庭の水やりから始まる", "suzuki") is None
    True
    """
    typed = unicodedata.normalize("NFKC", password)
    if len(typed) < LEAST_CHARACTERS:
        return NotAllowed(
            "password_too_short",
            f"パスワードは{LEAST_CHARACTERS}字以上です。",
            "長い文にすると覚えやすく、安全です。",
        )
    if len(typed) > MOST_CHARACTERS:
        return NotAllowed(
            "password_too_long", f"パスワードは{MOST_CHARACTERS}字までです。", "短くしてください。"
        )
    if _is_guessable(typed.casefold(), name.casefold()):
        return NotAllowed(
            "password_guessable",
            "このパスワードは推測されやすいものです。",
            "利用者名、よくある言葉、同じ文字の繰り返しや並びを避け、関係のない言葉をいくつかつないでください。",
        )
    return None


def _is_guessable(typed: str, name: str) -> bool:
    rest = typed.replace(name, "") if name else typed
    for known in COMMON:
        rest = rest.replace(known, "")
    if len(rest) < LEAST_CHARACTERS and rest != typed:
        return True
    return len(set(typed)) < LEAST_KINDS or _run(typed) > len(typed) - LEAST_KINDS


def _run(typed: str) -> int:
    """Length of the longest piece that runs along a row of keys or the alphabet, either way."""
    longest = 0
    for row in (*SEQUENCES, *(row[::-1] for row in SEQUENCES)):
        for start in range(len(typed)):
            length = 2
            while start + length <= len(typed) and typed[start : start + length] in row + row:
                length += 1
            longest = max(longest, length - 1)
    return longest


def generated_password() -> str:
    """A password to hand over on paper, changed at the first login."""
    return "-".join(
        "".join(secrets.choice(GENERATED_SIGNS) for _ in range(GENERATED_GROUP))
        for _ in range(GENERATED_GROUPS)
    )
