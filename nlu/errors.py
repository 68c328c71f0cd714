"""Errors of `nlu`.

    UnderstandingError
    ├── MissingGazetteer        the packaged list of municipalities is not installed
    ├── BadEvaluationLine       a line of an evaluation file cannot be used
    ├── TrainingFailed          Rasa could not be trained; names the log
    └── BadFaqFile              a file given to `nlu search --faq` cannot be used

Not understanding a resident is a result, not an error. Messages never carry what a resident said.
"""


class UnderstandingError(Exception):
    """Root of all errors of this package."""

    code = "understanding"


class MissingGazetteer(UnderstandingError):
    """The package with the postal data cannot be read."""

    code = "gazetteer_missing"

    def __init__(self, reason: str):
        super().__init__(
            f"list of municipalities: {reason}; install the locked requirements again (make setup)"
        )


class BadEvaluationLine(UnderstandingError):
    """A line of an evaluation file is not what it should be."""

    code = "evaluation_line"

    def __init__(self, file: str, line: int, reason: str, remedy: str):
        super().__init__(f"{file}:{line}: {reason}; {remedy}")


class TrainingFailed(UnderstandingError):
    """Rasa's training ended without a model."""

    code = "training_failed"

    def __init__(self, reason: str, log: str):
        super().__init__(
            f"training Rasa: {reason}; the log is {log}, make setup repairs a broken environment"
        )


class BadFaqFile(UnderstandingError):
    """A FAQ file is not JSON Lines or CSV with id, question and answer."""

    code = "faq_file"

    def __init__(self, file: str, line: int, reason: str, remedy: str):
        super().__init__(f"{file}:{line}: {reason}; {remedy}")
