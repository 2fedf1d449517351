"""What goes wrong, in the command's own words."""

from __future__ import annotations


class GraftError(Exception):
    """The command failed.

    Attributes:
        message: What the command says: one or a few sentences.
        exit_code: 1 failed, 64 wrong usage, 130 interrupted; ``None`` where no command ran.

    Example:
        >>> import graft
        >>> try:
        ...     graft.load("nowhere.graft")
        ... except graft.GraftError as error:
        ...     print(error)
        nowhere.graft does not exist. Give the folder that training made, as in photos.graft.
    """

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[type[GraftError], tuple[str, int | None]]:
        return type(self), (self.message, self.exit_code)


class GraftWarning(UserWarning):
    """Something that the command warns of, such as pictures that are left out."""
