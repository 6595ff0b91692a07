"""Conversations are read by who reads their class of data; a wish for protection by who reads that."""

from django.db import migrations

from darb.trust.walls import Sealed


class Migration(migrations.Migration):

    dependencies = [("cases", "0012_points_of_exit")]

    operations = [Sealed("cases_encounter"), Sealed("cases_asylumconcern", of="D8")]
