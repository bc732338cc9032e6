"""The field of a model, and that of its forms: whatever way a picture comes, it is stored as it should be."""

from __future__ import annotations

from os.path import splitext
from typing import Any

from django import forms
from django.core.files.base import File
from django.db import models
from django.db.models.fields.files import ImageFieldFile

from .files import store_beside
from .names import KINDS, WITH_WEBP, beside
from .preparing import Picture, prepared


class PictureFile(ImageFieldFile):
    """A stored picture, with the addresses of its widths for pages."""

    def save(self, name: str, content: File, save: bool = True) -> None:
        """The row comes last: whoever sees it finds all files."""
        picture = prepared(content)
        super().save(str(picture.name), picture, save=False)
        store_beside(self.storage, str(self.name), picture)
        if save:
            self.instance.save()

    def delete(self, save: bool = True) -> None:
        for each in beside(self.name or "", self.row_width):
            self.storage.delete(each)
        super().delete(save)

    @property
    def row_width(self) -> int | None:
        """Its width as its row has it. `width` opens the file."""
        field: Any = self.field
        return getattr(self.instance, field.width_field)

    @property
    def srcset(self) -> str:
        """Its widths in its own kind, as the attribute names them; "" if it has one alone."""
        return self._srcset(splitext(str(self.name))[1])

    @property
    def webp_srcset(self) -> str:
        """The same in WebP; "" if its own kind is as small."""
        return self._srcset(".webp") if splitext(str(self.name))[1] in WITH_WEBP else ""

    @property
    def small_url(self) -> str:
        """Its smallest file, for the desk, which shows it small."""
        name = str(self.name)
        files = {**beside(name, self.row_width), name: self.row_width or 0}
        return self.storage.url(min(files, key=lambda file: (files[file], not file.endswith(".webp"))))

    def _srcset(self, suffix: str) -> str:
        name = str(self.name)
        if not (others := beside(name, self.row_width)):
            return ""
        files = {**others, name: self.row_width}
        return ", ".join(f"{self.storage.url(file)} {files[file]}w" for file in files if file.endswith(suffix))


class PictureFormField(forms.ImageField):
    """Of a wrong file the form says so, before it becomes an entry's."""

    default_validators = []  # of the file's suffix

    def to_python(self, data: Any) -> Picture | None:
        file = super(forms.ImageField, self).to_python(data)
        return prepared(file) if file else None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """By which phones know that they have to send JPEG instead of their own format."""
        return {**super().widget_attrs(widget), "accept": ",".join(f"image/{kind.lower()}" for kind in KINDS)}


class PictureField(models.ImageField):
    """It has a `width_field`: the widths that there are follow from it."""

    attr_class = PictureFile

    def get_prep_value(self, value: Any) -> Any:
        """What `update()` is given is not stored by it, and the row would name a file that is not there."""
        if isinstance(value, File) and value and getattr(value, "_committed", False) is False:
            raise ValueError("A new picture is stored by save(), or by bulk_create(), not by update().")
        return super().get_prep_value(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": PictureFormField, "max_length": None, **kwargs})
