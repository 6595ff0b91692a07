import django.contrib.postgres.fields
from django.db import migrations, models


def keep_where_they_sit(apps, schema_editor):
    """Missions outside Libya stay so; their officers come here only where somebody says that they do."""
    missions = apps.get_model("places", "MissionOfOrigin").objects.using(schema_editor.connection.alias)
    missions.filter(resident=False).update(presence="non_resident", accepts_visits=False)


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="missionoforigin",
            name="presence",
            field=models.CharField(
                choices=[
                    ("resident", "In Libya"),
                    ("non_resident", "In another country"),
                    ("none", "No mission hears its nationals"),
                ],
                default="resident",
                max_length=12,
            ),
        ),
        migrations.AddField("missionoforigin", "address", models.CharField(blank=True, max_length=200)),
        migrations.AddField(
            "missionoforigin",
            "jurisdiction",
            models.CharField(blank=True, help_text="For whom and what it is competent.", max_length=200),
        ),
        migrations.AddField(
            "missionoforigin",
            "officers",
            models.CharField(
                blank=True, help_text="Its consular officers, and how to reach them.", max_length=400
            ),
        ),
        migrations.AddField(
            "missionoforigin",
            "languages",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=3), default=list, size=None
            ),
        ),
        migrations.AddField(
            "missionoforigin",
            "accepts_visits",
            models.BooleanField(default=True, help_text="Its officers go to where people are."),
        ),
        migrations.AddField(
            "missionoforigin",
            "accepts_photo_lists",
            models.BooleanField(default=True, help_text="Decides on lists with photographs."),
        ),
        migrations.AddField(
            "missionoforigin",
            "also_issues",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=24), default=list, size=None
            ),
        ),
        migrations.AddField(
            "missionoforigin",
            "lead_days",
            models.IntegerField(help_text="Days from a request to the document, as it says itself.", null=True),
        ),
        migrations.AddField(
            "missionoforigin",
            "fee",
            models.DecimalField(
                decimal_places=2, help_text="For one document, paid by us.", max_digits=8, null=True
            ),
        ),
        migrations.AddField("missionoforigin", "fee_currency", models.CharField(blank=True, max_length=3)),
        migrations.AddField("missionoforigin", "version", models.IntegerField(default=1)),
        migrations.AlterField("missionoforigin", "seat_en", models.CharField(blank=True, max_length=80)),
        migrations.AlterField(
            "missionoforigin",
            "document_kind",
            models.CharField(default="laissez_passer", help_text="What we ask it for.", max_length=24),
        ),
        migrations.AlterField(
            "missionoforigin",
            "document_days",
            models.IntegerField(default=90, help_text="How long its document is usually valid."),
        ),
        migrations.RunPython(keep_where_they_sit, migrations.RunPython.noop),
        migrations.RemoveField("missionoforigin", "resident"),
    ]
