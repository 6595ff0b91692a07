"""Registering people, moving them, and what they agree to."""

from __future__ import annotations

from datetime import date

import pytest

from darb.people.actions import give_consents, move, record_documents, register, withdraw_consents
from darb.people.models import Consent, Document, Name, Person, Phone, Stay, Token
from darb.people.registration import ToldName, ToldPhone
from darb.places.models import Site
from darb.rules.refusal import Forbidden, Invalid
from darb.rules.roles import Role
from darb.trust.models import ActionLog
from tests.cast import NOON, TODAY, act_as, in_days, person, told


def test_a_registration_keeps_names_phones_and_place_in_one_deed(house):
    ibrahim = register(
        act_as(),
        [
            told(
                phones=[ToldPhone("+218 91 234 5678", "guard", safe_to_call=True)],
            )
        ],
    )[0]
    assert ibrahim.name == "Ibrahim Moussa Keita"
    assert Name.objects.get(person=ibrahim).father == "Moussa"
    assert Stay.objects.get(person=ibrahim).place.code == ibrahim.site.code
    assert not Phone.objects.get(person=ibrahim).safe_to_call, "a guard's phone is never safe to call"
    assert set(Token.objects.filter(person=ibrahim).values_list("token", flat=True)) >= {"ibrahim", "moussa", "keita"}
    assert ActionLog.objects.get(action="people.register").persons == [ibrahim.pk]


def test_many_are_registered_at_once_or_nobody(house):
    before = Person.objects.count()
    with pytest.raises(Invalid) as refused:
        register(act_as(), [told() for _n in range(149)] + [told(born=in_days(1))])
    assert refused.value.field == "birth_date"
    assert Person.objects.count() == before
    assert len(register(act_as(), [told() for _n in range(150)])) == 150
    assert Person.objects.count() == before + 150
