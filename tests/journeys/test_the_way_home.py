"""One person's whole way home, through the pages alone: met, registered, heard, papered, flown, handed over."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from darb.demo.portraits import portrait
from tests.journeys.browsing import Page, Somebody

EXPLAINED = {f"I{n}": "on" for n in range(1, 8)}
ANSWERED = {
    "V1": "My mother is ill.",
    "V2": "no",
    "V3": "Yes.",
    "V4": "no",
    "V5": "no",
    "V6": "on",
    "V7": "on",
}
PURPOSES = ["voluntary_return", "share_with_embassy", "share_with_authorities", "share_with_receiving_mission"]


@pytest.fixture
def tomorrow():
    """This time tomorrow, where the mission is."""
    return timezone.localtime() + timedelta(days=1)


def meet(**told) -> Page:
    """A clerk registers somebody and takes their photo; gives the case page."""
    clerk = Somebody("registration_clerk")
    told = {"given": "Ibrahim", "father": "Moussa", "family": "Garba", "sex": "M", "age": "22"} | told
    told = {"nationality": "NER", "site": "DC-TARIQ-SIKKA", "departure_airport": "MJI"} | told
    case = clerk.open("/people/register/").send("Register", **told)
    image = SimpleUploadedFile("face.png", portrait(random.Random(1)), "image/png")
    person = case.follow(" ".join([told["given"], told["father"], told["family"]]))
    person.follow("Take a photo").send("Save", files={"photo": image})
    return case


def agree(case: Page) -> Page:
    """A caseworker counsels alone with an interpreter, records every consent, and opens the tracks."""
    worker = Somebody("vhr_caseworker")
    page = worker.open(case.url).follow("Record counselling")
    page = page.send("Save", language="hau", interpreter="Oumar Diarra", **EXPLAINED, **ANSWERED)
    page = page.follow("Record consents").send(
        "Save",
        purposes=PURPOSES,
        form="thumbprint",
        language="hau",
        interpreter="Oumar Diarra",
        witness="Oumar Diarra",
    )
    return page.follow("Open the tracks").send("Open the tracks")


def decide(case: Page, role: str, gate: str, code: str) -> Page:
    """Somebody in `role` gives a verdict on a gate."""
    page = Somebody(role).open(f"{case.url}verdict/{gate}/").send("Save", code=code)
    assert page.url == case.url, page.text
    return page


def see_the_embassy(country: str = "NER") -> None:
    """An online session, its link checked first, hears whoever is called, and confirms them."""
    officer = Somebody("consular_officer")
    soon = timezone.localtime() + timedelta(minutes=5)
    session = officer.open("/events/new/consular/").send(
        "Plan it", mode="online", country=country, site="DC-TARIQ-SIKKA", starts_at=f"{soon:%Y-%m-%dT%H:%M}"
    )
    calling = session.follow("Call people")
    session = calling.send("Call those chosen", case=calling.form("Call those chosen").choices["case"])
    assert "The link wasn't checked today" in session.text
    session = session.send("Keep the measurement", down_mbps="3.1", up_mbps="1.2", camera="on", sound="on")
    session = session.send("Open the session")
    outcomes = [f for f in session.form("Save the outcomes").choices if f.startswith("outcome-")]
    session = session.send("Save the outcomes", **dict.fromkeys(outcomes, "confirmed"))
    assert "adds up" in session.text
    assert "Closed" in session.send("Close the session").text


def receive_the_document(number: str = "NER0012345", country: str = "NER", days: int = 60) -> None:
    """The embassy is asked for the laissez-passer, which comes and is taken into custody."""
    officer = Somebody("consular_officer")
    asking = officer.open(f"/events/papers/{country}/ask/")
    asking.send("Ask for those chosen", case=asking.form("Ask for those chosen").choices["case"])
    today = timezone.localdate()
    page = officer.open(f"/events/papers/{country}/receive/")
    row = next(n for n in page.form("Take them into custody").values if n.endswith("-number")).removesuffix("number")
    page = page.send(
        "Take them into custody",
        **{
            f"{row}number": number,
            f"{row}issued": today - timedelta(days=2),
            f"{row}expires": today + timedelta(days=days),
            f"{row}name_as_printed": "IBRAHIM MOUSSA GARBA",
        },
    )
    assert page.status == 200, page.text


def get_the_visa(case: Page) -> None:
    """Forms are handed in as a batch, and the authority approves."""
    officer = Somebody("exit_visa_officer")
    page = officer.open("/visas/new/?airport=MJI")
    page = page.send(
        "Hand in", airport="MJI", authority="Passports", office="TIP", case=page.form("Hand in").choices["case"]
    )
    today = timezone.localdate()
    answers = {"state": "approved", "number": "V-7781", "valid_from": today, "valid_to": today + timedelta(days=30)}
    row = next(n for n in page.form("Record the answers").choices if n.endswith("-state")).removesuffix("state")
    page = page.send("Record the answers", **{row + name: value for name, value in answers.items()})
    assert "In 1 = approved 1 +" in page.text, page.text


def test_somebody_met_in_detention_comes_home(db, tomorrow):
    case = meet()
    assert "There is no consent to return" in case.text
    agree(case)
    decide(case, "protection_lead", "R4", "cleared")
    see_the_embassy()
    receive_the_document()
    get_the_visa(case)
    for role, gate, code in (
        ("physician", "R9", "FTT-1"),
        ("dc_liaison", "R10", "handover_agreed"),
        ("programme_manager", "R14", "funded"),
        ("vhr_caseworker", "R11", "acknowledged"),
    ):
        case = decide(case, role, gate, code)
    assert "0 gates are red" in case.text or "gates are red" not in case.text
    flight = plan_a_flight(tomorrow)
    flight = put_on_the_manifest(flight)
    assert "manifest version 1" in flight.send("Lock the manifest").text
    check_and_board(flight)
    land_and_count(flight)
    receiving = Somebody("receiving_mission_officer")
    arrivals = receiving.open("/flights/arrivals/")
    assert "Ibrahim Moussa Garba" in arrivals.text
    assert receiving.open(case.url).status == 404, "the receiving mission sees its own arrivals, never the file"
    arrivals.send("We have those chosen", handover=arrivals.form("We have those chosen").choices["handover"])
    assert "Handed over" in Somebody("vhr_caseworker").open(case.url).text


def plan_a_flight(leaves, to: str = "NIM") -> Page:
    """A movement officer plans a charter, and opens its manifest."""
    planned = (
        Somebody("movement_officer")
        .open("/flights/new/")
        .send(
            "Plan the flight",
            code="DRB777",
            operator="Buraq Air",
            aircraft="Boeing 737-800",
            seats=150,
            infant_limit=15,
            origin="MJI",
            departs_1=f"{leaves:%Y-%m-%dT%H:%M}",
            to_1=to,
            arrives_1=f"{leaves + timedelta(hours=5):%Y-%m-%dT%H:%M}",
        )
    )
    return planned.send("The carrier has confirmed").send("Open the manifest")


def put_on_the_manifest(flight: Page) -> Page:
    """Everyone who is ready goes on."""
    adding = flight.follow("Add people")
    return adding.send("Add those chosen", case=adding.form("Add those chosen").choices["case"])


def check_and_board(flight: Page) -> None:
    """A nurse checks health, an officer all the rest; boarding begins, and they go up the stairs."""
    Somebody("nurse").open(f"{flight.url}boarding/").send("All that is mine to check")
    officer = flight.somebody
    officer.open(f"{flight.url}boarding/").send("All that is mine to check")
    officer.open(flight.url).send("Clear everyone to board")
    page = officer.open(f"{flight.url}boarding/")
    assert "1 of 1 aboard" in page.send("Board").text


def land_and_count(flight: Page) -> None:
    """Off blocks, landed, and every name accounted for."""
    officer = flight.somebody
    page = officer.open(flight.url).send("Off blocks")
    page = page.follow("Landed at")
    page = page.send("Record the landing")
    page = page.follow("Reconcile")
    assert "1 = 1 adds up" in page.text
    page.send("Reconcile")
