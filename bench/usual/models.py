"""What the usual consumer saves."""

from django.conf import settings
from django.db import models


class Message(models.Model):
    room = models.CharField(max_length=80, db_index=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.text
