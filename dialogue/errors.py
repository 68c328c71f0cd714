"""Errors of the dialogue.

DialogueError
├── NoSuchQuestion   an answer to a question that is not open
├── BadAnswer        an answer its question cannot take
└── Contradiction    facts that cannot both be true; nothing is kept
"""


class DialogueError(Exception):
    """Root; `code` is stable and the text is safe to show."""

    code = "dialogue_error"
    remedy_ja = "もう一度お試しください。"

    def __init__(self, detail_ja: str):
        self.detail_ja = detail_ja
        super().__init__(self.code)


class NoSuchQuestion(DialogueError):
    """The question is not open in this visit."""

    code = "question_not_open"
    remedy_ja = "画面に出ている質問に答えてください。"


class BadAnswer(DialogueError):
    """The value does not fit the question."""

    code = "answer_invalid"
    remedy_ja = "選択肢から選ぶか、わからないときは「わからない」を押してください。"


class Contradiction(DialogueError):
    """The value contradicts what is known."""

    code = "facts_contradict"
    remedy_ja = "どちらが正しいか確かめて、違うほうを直してください。"
