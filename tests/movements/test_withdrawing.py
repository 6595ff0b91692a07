"""One button withdraws a person at the stairs: everything that must follow, follows, and nothing that would punish."""

from __future__ import annotations

from darb.cases.actions import take_step
from darb.cases.models import Case, ExitVisa, Incident, Task
from darb.movements.boarding_actions import withdraw_booked
from darb.movements.models import ManifestVersion
from darb.movements.provision_queries import provisions
from darb.movements.standby_actions import name_standby, use_standby
from darb.movements.transfer_actions import Call, plan_transfer
from darb.movements.transfer_queries import way
from darb.people.models import Consent, Document, DocumentKind
from darb.places.models import Site
from darb.programmes.voluntary_return_codes import TO_RETURN
from darb.rules.roles import Role
from tests.cast import act_as, actor
from tests.movements.test_boarding_actions import MORNING, boarding, seat_of, stage
from tests.movements.test_transfers import at
from tests.travellers import ready

OFFICER, DRIVER = Role.MOVEMENT_OFFICER, Role.TRANSPORT_OFFICER


def test_seat_meal_and_bus_are_free_visa_and_document_flagged_there_is_a_way_back_and_no_penalty(house):
    mariam, ibrahim, waiting = ready(3)
    today = boarding([mariam, ibrahim], seats=2)
    name_standby(act_as(OFFICER, at=MORNING), today, [waiting])
    need = {c.pk: c.priority for c in Case.objects.all()}
    wanted = [p.people for p in provisions(actor(OFFICER), today)]
    assert (way(actor(DRIVER), today).wanted, wanted) == (2, [2, 2])

    withdraw_booked(act_as(DRIVER, at=MORNING), today, seat_of(mariam).pk, "said at the stairs")

    assert stage(mariam) == "withdrawn"
    assert not Consent.objects.filter(person=mariam.person, purpose=TO_RETURN, withdrawn=None).exists()
    today.refresh_from_db()
    assert today.seats_taken == 1, "the seat is free"
    assert [p.people for p in provisions(actor(OFFICER), today)] == [1, 1], "and the meals at both ends"
    assert way(actor(DRIVER), today).wanted == 1, "and the place on the bus"
    assert ExitVisa.objects.get(case=mariam).state == "flagged"
    assert Document.objects.get(person=mariam.person).state == "in_custody"
    asked = dict(Task.objects.filter(case=mariam, done_at=None).values_list("kind", "role"))
    assert asked == {
        "safe_way_back": "transport_officer",
        "cancel_visa": "exit_visa_officer",
        "cancel_document": "consular_officer",
        "offer_other_help": "vhr_caseworker",
    }
    assert Incident.objects.get(case=mariam).code == "X9"
    assert ManifestVersion.objects.filter(flight=today).count() == 2, "the same recipients get the difference"

    back = [Call(Site.objects.get(code=code), at(hour)) for code, hour in (("AIR-MJI", 12), ("TOWN-TRIPOLI", 14))]
    assert plan_transfer(
        act_as(DRIVER, at=MORNING), today, back, kind="minibus", vehicle="5-7", driver="Hadi", places=8, back=True
    )
    use_standby(act_as(OFFICER, at=MORNING), today, [waiting.pk], "her seat")
    assert stage(waiting) == "cleared_to_board", "ready for the stairs as the others are"

    again = take_step(act_as(Role.VHR_CASEWORKER, at=MORNING), [Case.objects.get(pk=mariam.pk)], "reopen")[0]
    assert (again.stage, again.priority) == ("registered", need[mariam.pk]), "she stands where she stood before"


def test_a_passport_goes_back_to_its_owner(house):
    mariam, other = ready(2)
    Document.objects.filter(person=mariam.person).update(kind=DocumentKind.PASSPORT)
    today = boarding([mariam, other])
    withdraw_booked(act_as(DRIVER, at=MORNING), today, seat_of(mariam).pk, "said at the stairs")
    kinds = set(Task.objects.filter(case=mariam, done_at=None).values_list("kind", flat=True))
    assert "give_document_back" in kinds and "cancel_document" not in kinds
