"""What physicians find, and who was close to the ill, is read by medical staff alone: a wall of its own."""

from django.db import migrations

from darb.trust.walls import Sealed


class Migration(migrations.Migration):

    dependencies = [("care", "0001_initial")]

    operations = [Sealed("care_exam", of="D4"), Sealed("care_contact", of="D4")]
