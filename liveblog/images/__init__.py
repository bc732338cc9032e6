"""Pictures of entries: decoded once, as they come in, and stored as readers see them, in the widths that pages show.

That is upright, no larger than pages show them, in their format and in WebP, and without what a camera writes beside
the picture, such as where it was taken. What counts is what is in a file, not how it is called: its new name says
nothing, so that nobody guesses it. Files go when the last entry that had them is deleted, or has others.
"""

from .field import PictureField
from .files import discard, store_beside
from .names import FOLDERS, originals, place
from .preparing import MAX_SIDE, Picture, prepared

__all__ = [
    "FOLDERS", "MAX_SIDE", "Picture", "PictureField", "discard", "originals", "place", "prepared", "store_beside",
]  # fmt: skip
