"""Home and the way here, as told; and who is expected when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from darb.cases import homecoming_queries as homecoming
from darb.cases.actions import Spoken
from darb.cases.homecoming_actions import (
    Home,
    Stretch,
    Way,
    end_appointment,
    make_appointment,
    tell_home,
    tell_way,
)
from darb.cases.models import Appointment, AsylumConcern, Encounter, Homecoming, Task
from darb.cases.queries import case_file, steps_refused
from darb.places.models import Site
from darb.rules.refusal import Forbidden, Invalid, Refused
from darb.rules.roles import Role
from tests.cast import NOON, TODAY, act_as, actor, cases

CLERK = Role.REGISTRATION_CLERK
TOMORROW = NOON + timedelta(days=1)


def office() -> Site:
    return Site.objects.filter(type="office").first() or Site.objects.first()


def test_the_newest_telling_of_home_counts_and_the_older_stays(house):
    [case] = cases(1)
    tell_home(act_as(CLERK), case, Home(address="Kayes, near the old market", pieces=1))
    tell_home(
        act_as(CLERK, at=TOMORROW),
        case,
        Home("Kita", "Awa", "sister", "+223 76 12 34 56", True, date(2018, 3, 20), "IOM Niger, 2016", 2, "bam"),
    )
    told = homecoming.home_of(actor(CLERK), case)
    assert (told.address, told.contact_phone, told.in_libya_since, told.pieces) == (
        "Kita",
        "22376123456",
        date(2018, 3, 1),
        2,
    )
    assert Homecoming.objects.filter(case=case).count() == 2


def test_home_is_for_those_who_may_know_where_people_are(house):
    [case] = cases(1)
    tell_home(act_as(CLERK), case, Home(address="Kita"))
    assert homecoming.home_of(actor(Role.MOVEMENT_OFFICER), case) is None
    with pytest.raises(Forbidden):
        tell_home(act_as(Role.CONSULAR_OFFICER), case, Home(address="Kita"))


@pytest.mark.parametrize(
    "wrong",
    [
        Home(contact_phone="12"),
        Home(contact_name="Awa", contact_may_be_called=True),
        Home(contact_relation="neighbour"),
        Home(in_libya_since=TODAY + timedelta(days=40)),
        Home(pieces=21),
        Home(pieces=-1),
    ],
)
def test_what_can_not_be_about_home_is_refused_and_nothing_is_kept(house, wrong):
    [case] = cases(1)
    with pytest.raises(Invalid):
        tell_home(act_as(CLERK), case, wrong)
    assert not Homecoming.objects.exists()


WAY = Way(
    "No work after the drought",
    [Stretch("NER", "2017-11", "Agadez, four days"), Stretch("DZA", "2018")],
    ["saw_death", "ransom"],
    "600 USD to a driver",
    "300 USD to an uncle",
    2,
)


def test_the_way_here_is_read_by_protection_alone(house):
    [case] = cases(1)
    row = tell_way(act_as(CLERK), Spoken(case=case, kind="way", language="bam"), WAY, with_unhcr=False)
    assert row.answers["way"][0] == {"country": "NER", "since": "2017-11", "words": "Agadez, four days"}
    assert row.answers["events"] == ["ransom", "saw_death"], "in the order of the list"
    assert [e.kind for e in case_file(actor(Role.PROTECTION_CASEWORKER), case.ref, TODAY).encounters] == ["way"]
    for role in (Role.VHR_CASEWORKER, Role.CONSULAR_OFFICER, CLERK):
        assert case_file(actor(role), case.ref, TODAY).encounters == [], role
    assert not AsylumConcern.objects.exists()


def test_whom_unhcr_registered_is_named_to_no_embassy_until_protection_has_spoken_with_them(house):
    [case] = cases(1)
    tell_way(act_as(CLERK), Spoken(case=case, kind="way", language="bam"), Way(), with_unhcr=True)
    case.refresh_from_db()
    assert AsylumConcern.objects.get().case_id == case.pk
    assert Task.objects.get(kind="refer_to_unhcr").role == Role.PROTECTION_LEAD
    refused = steps_refused(actor(Role.PROTECTION_LEAD), [case], "present_to_embassy", TODAY, through="events")
    assert case.pk in refused


@pytest.mark.parametrize(
    "wrong", [Way(), Way(events=["flew"]), Way(intercepted=-1), Way(stretches=[Stretch("ATL")]), Way("  ")]
)
def test_a_way_of_which_nothing_is_told_or_that_can_not_be_is_refused(house, wrong):
    [case] = cases(1)
    with pytest.raises(Invalid):
        tell_way(act_as(CLERK), Spoken(case=case, kind="way", language="bam"), wrong)
    assert not Encounter.objects.exists()


def test_whoever_does_not_come_is_called_and_keeps_their_case(house):
    [case] = cases(1)
    made = make_appointment(act_as(CLERK), case, TOMORROW, office(), "counselling")
    assert homecoming.expected(actor(CLERK), case) == [made]
    with pytest.raises(Refused, match="not_yet"):
        end_appointment(act_as(CLERK), made, "missed")
    end_appointment(act_as(CLERK, at=TOMORROW), made, "missed")
    task = Task.objects.get(kind="missed_appointment")
    assert (task.role, task.due) == (Role.VHR_CASEWORKER, TODAY + timedelta(days=3))
    before = case.stage
    case.refresh_from_db()
    assert case.stage == before and homecoming.expected(actor(CLERK), case) == []
    with pytest.raises(Refused, match="ended_already"):
        end_appointment(act_as(CLERK, at=TOMORROW), made, "kept")


def test_an_appointment_is_ahead_and_one_at_a_time(house):
    [case] = cases(1)
    for when in (NOON, NOON - timedelta(days=1), NOON + timedelta(days=400)):
        with pytest.raises(Invalid, match="bad_time"):
            make_appointment(act_as(CLERK), case, when, office(), "counselling")
    with pytest.raises(Invalid, match="bad_purpose"):
        make_appointment(act_as(CLERK), case, TOMORROW, office(), "tea")
    make_appointment(act_as(CLERK), case, TOMORROW, office(), "counselling")
    with pytest.raises(Refused, match="there_already"):
        make_appointment(act_as(CLERK), case, TOMORROW, office(), "clinic")
    assert Appointment.objects.count() == 1


def test_the_day_shows_who_is_expected_in_order_of_time(house, django_assert_num_queries):
    found = cases(3)
    for n, case in enumerate(found):
        make_appointment(act_as(CLERK), case, TOMORROW + timedelta(hours=3 - n), office(), "clinic")
    clerk = actor(CLERK)
    with django_assert_num_queries(1):
        rows = list(homecoming.appointments(clerk, TOMORROW, TOMORROW + timedelta(days=1)))
        assert [row.case_id for row in rows] == [c.pk for c in reversed(found)]
        assert all(row.person.name and row.place.name_en for row in rows)
    assert not list(homecoming.appointments(clerk, NOON, TOMORROW))
