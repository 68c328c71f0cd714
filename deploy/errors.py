"""What can go wrong while setting up, each with what to do about it.

SetupError
├── WrongPython       not 3.11, or no venv module
├── PackagesMissing   Debian packages that this user may not install
├── NoRoom            not enough disk space
└── StepFailed        a command ended badly; its last lines are in the message
"""


class SetupError(Exception):
    """The machine is not ready and the message says what to do."""


class WrongPython(SetupError):
    """The interpreter cannot build the environments."""


class PackagesMissing(SetupError):
    """Debian packages are missing and only an administrator can install them."""


class NoRoom(SetupError):
    """The cache's file system is too full."""


class StepFailed(SetupError):
    """A command of a step failed."""
