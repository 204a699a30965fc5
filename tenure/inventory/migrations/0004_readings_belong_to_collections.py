import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_find_the_collections_of_readings")]

    operations = [
        migrations.AlterField(
            model_name='synccollection',
            name='collection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='inventory.collection'),
        ),
    ]
