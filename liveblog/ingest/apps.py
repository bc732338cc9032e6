from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "liveblog.ingest"
    label = "ingest"
    verbose_name = "Ingest"
