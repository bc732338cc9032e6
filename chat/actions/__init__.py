"""What people do in rooms, carried out alike for sockets and forms, with the rights that they have at that moment."""

from .perform import submit
from .refusals import WORDS, missing, refusal
from .standing import Standing
from .verdicts import VERDICTS

__all__ = ["VERDICTS", "WORDS", "Standing", "missing", "refusal", "submit"]
