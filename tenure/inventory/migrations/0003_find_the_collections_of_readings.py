import os

from django.db import migrations


def find_collections(apps, schema_editor):
    """Each reading is of the collection with its key; the few that have none are of no use."""
    Collection = apps.get_model("inventory", "Collection")
    SyncCollection = apps.get_model("inventory", "SyncCollection")
    for collection in Collection.objects.all():
        of = SyncCollection.objects.filter(run__connection=collection.connection_id)
        of.filter(key=collection.key).update(collection=collection)
        collection.salt = os.urandom(16)
        collection.save(update_fields=["salt"])
    SyncCollection.objects.filter(collection=None).delete()


class Migration(migrations.Migration):
    dependencies = [("inventory", "0002_read_projects")]

    operations = [migrations.RunPython(find_collections, migrations.RunPython.noop)]
