"""Suspicions become questions, and what was said of them judgements, which only grow."""

import django.db.models.deletion
from django.db import migrations, models

from darb.trust.walls import OnlyGrows, Wall

# The smaller id first, once; what was judged becomes a judgement.
_MOVE = """
set constraints all immediate;
delete from people_duplicate d using people_duplicate m
 where d.person_id > d.other_id and m.person_id = d.other_id and m.other_id = d.person_id;
update people_duplicate d set person_id = d.other_id, other_id = d.person_id,
  scope_id = (select p.scope_id from people_person p where p.id = d.other_id)
 where d.person_id > d.other_id;
update people_duplicate set settled_at = judged_at where judged <> '';
insert into people_judgement (person_id, other_id, scope_id, said, counts, blind, why, account_id, at, evidence,
  model_version)
select person_id, other_id, scope_id, judged, true, false, '', coalesce(account_id, 0), coalesce(judged_at, raised_at),
  '[]', '' from people_duplicate where judged <> '';
set constraints all deferred;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_search_from_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope_id', models.IntegerField()),
                ('probability', models.FloatField(help_text='Of being one person, as the model put it; None: not asked.', null=True)),
                ('evidence', models.JSONField(default=list, help_text='What speaks for and against: codes and values of the model.')),
                ('model_version', models.CharField(blank=True, max_length=24)),
                ('said', models.CharField(choices=[('same', 'The same person'), ('different', 'Two people'), ('unsure', "Can't be said"), ('taken_back', 'Taken back')], max_length=10)),
                ('counts', models.BooleanField()),
                ('blind', models.BooleanField(default=False)),
                ('why', models.CharField(blank=True, max_length=200)),
                ('account_id', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
        ),
        migrations.AddIndex(
            model_name='judgement',
            index=models.Index(fields=['person', 'other', '-id'], name='judged_first'),
        ),
        migrations.AddIndex(
            model_name='judgement',
            index=models.Index(fields=['other', 'person', '-id'], name='judged_second'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(('person__lt', models.F('other'))), name='judgement_in_order'),
        ),
        Wall("people_judgement"),
        OnlyGrows("people_judgement"),
        migrations.AddField(
            model_name='duplicate',
            name='blind',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='duplicate',
            name='evidence',
            field=models.JSONField(default=list, help_text='What speaks for and against: codes and values of the model.'),
        ),
        migrations.AddField(
            model_name='duplicate',
            name='model_version',
            field=models.CharField(blank=True, max_length=24),
        ),
        migrations.AddField(
            model_name='duplicate',
            name='probability',
            field=models.FloatField(help_text='Of being one person, as the model put it; None: not asked.', null=True),
        ),
        migrations.AddField(
            model_name='duplicate',
            name='settled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='duplicate',
            name='stake',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='duplicate',
            name='waits',
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name='duplicate',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AlterField(
            model_name='duplicate',
            name='why',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.RunSQL(_MOVE, migrations.RunSQL.noop),
        migrations.RemoveField(model_name='duplicate', name='account_id'),
        migrations.RemoveField(model_name='duplicate', name='judged'),
        migrations.RemoveField(model_name='duplicate', name='judged_at'),
        migrations.AddIndex(
            model_name='duplicate',
            index=models.Index(condition=models.Q(('settled_at', None)), fields=['-stake', 'id'], name='open_questions'),
        ),
        migrations.AddConstraint(
            model_name='duplicate',
            constraint=models.CheckConstraint(condition=models.Q(('person__lt', models.F('other'))), name='suspicion_in_order'),
        ),
    ]
