import time

from django.db import migrations


def share(apps, schema_editor):
    Stream, Shared = apps.get_model("realtime", "Stream"), apps.get_model("realtime", "OldSlug")
    now = time.time_ns() // 1_000_000
    for old in apps.get_model("liveblog", "OldSlug").objects.all():
        # A fixture may have brought the row without its stream.
        stream, _ = Stream.objects.get_or_create(
            name=f"liveblog.{old.liveblog_id}", defaults={"head": now, "horizon": now}
        )
        Shared.objects.create(kind="liveblog", slug=old.slug, stream=stream)


def unshare(apps, schema_editor):
    shared = apps.get_model("realtime", "OldSlug").objects.filter(kind="liveblog")
    for old in shared:
        pk = old.stream_id.partition(".")[2]
        apps.get_model("liveblog", "OldSlug").objects.create(slug=old.slug, liveblog_id=pk)
    shared.delete()


class Migration(migrations.Migration):

    dependencies = [
        ('liveblog', '0001_initial'),
        ('realtime', '0002_oldslug'),
    ]

    operations = [
        migrations.RunPython(share, unshare),
        migrations.DeleteModel(name='OldSlug'),
    ]
