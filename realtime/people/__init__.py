"""People: whose socket it is, what they may do and how often, who is here, and writes that are stored together."""

from .batches import batched
from .consumers import PersonConsumer, buckets
from .presence import Presence
from .refusals import Refusal, TooFast, Unavailable
from .revocation import user_stream

__all__ = [
    "PersonConsumer", "Presence", "Refusal", "TooFast", "Unavailable", "batched", "buckets", "user_stream",
]  # fmt: skip
