"""The door through which papers leave: which there are about a case, a session, a batch, a flight; and one copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from darb.assistance.distribution_queries import distribution
from darb.cases import queries as cases
from darb.cases import referral_queries as referrals
from darb.cases import release_queries as releases
from darb.cases.pathways import PATHWAYS
from darb.events import queries as events
from darb.movements import queries as movements
from darb.places.queries import missions_of_origin, name_in
from darb.programmes.voluntary_return_papers import GO_STALE, OF_A_VERSION, PAPERS
from darb.rules.paper import About, Paper
from darb.rules.refusal import Missing, Refused
from darb.rules.words import _ as marked
from darb.trust.action import AlreadyDone
from darb.trust.actor import Actor
from darb.trust.models import ActionLog
from darb.trust.paper_actions import Printed, Stamp, hand_out
from darb.trust.powers import DataClass
from darb.trust.queries import copies_of, names_of, newest_copies, same_recipient

from . import door
from .paper_case import declaration, information_sheet, registration_slip, withdrawal
from .paper_choice import papers_for
from .paper_crew import captain_list, escort_letters, landing_confirmation, seat_list
from .paper_custody import custody_log, receipt_list
from .paper_departure import boarding_list, handover_packet, reconciliation_report
from .paper_distribution import issue_sheet, waybill
from .paper_embassy import biodata_sheets, called_list, note_verbale
from .paper_flight import (
    manifest_airline,
    manifest_authorities,
    manifest_medical,
    manifest_mission,
    manifest_packs,
)
from .paper_forms import CopyForm, Subject
from .paper_ground import bus_list
from .paper_medical import conditions_list, fitness_certificate, medical_information, medical_summary, medicine_list
from .paper_outreach import call_sheet, hotline_cards, outreach_report
from .paper_parts import Sheet
from .paper_protection import risk_assessment, screening_form
from .paper_referral import referral_form
from .paper_release import release_letter, release_list, release_protocol
from .paper_session import session_report
from .paper_setting import Foot, Frame, apart, said, set_as_pdf
from .paper_visas import visa_forms, visa_letter
from .paper_words import Asked, at, countries, house, on
from .registering import PROGRAMME as VHR

DRAWN: dict[str, Callable[[Asked], Sheet]] = {
    "registration_slip": registration_slip,
    "declaration": declaration,
    "withdrawal": withdrawal,
    "information_sheet": information_sheet,
    "hotline_card": hotline_cards,
    "outreach_report": outreach_report,
    "call_sheet": call_sheet,
    "fitness_certificate": fitness_certificate,
    "medical_information": medical_information,
    "medical_summary": medical_summary,
    "medicine_list": medicine_list,
    "conditions_list": conditions_list,
    "screening_form": screening_form,
    "risk_assessment": risk_assessment,
    "referral_form": referral_form,
    "called_list": called_list,
    "biodata_sheets": biodata_sheets,
    "session_report": session_report,
    "note_verbale": note_verbale,
    "receipt_list": receipt_list,
    "custody_log": custody_log,
    "visa_letter": visa_letter,
    "visa_forms": visa_forms,
    "release_letter": release_letter,
    "release_list": release_list,
    "release_protocol": release_protocol,
    "manifest_authorities": manifest_authorities,
    "manifest_airline": manifest_airline,
    "manifest_mission": manifest_mission,
    "manifest_medical": manifest_medical,
    "manifest_packs": manifest_packs,
    "bus_list": bus_list,
    "boarding_list": boarding_list,
    "captain_list": captain_list,
    "seat_list": seat_list,
    "escort_letters": escort_letters,
    "landing_confirmation": landing_confirmation,
    "reconciliation": reconciliation_report,
    "handover_packet": handover_packet,
    "waybill": waybill,
    "issue_sheet": issue_sheet,
}


@require_safe
def papers_about(request: Any, about: str, ref: str) -> HttpResponse:
    """The papers about one thing that this officer hands out, and the copies that were."""
    subject = _subject(request.actor, about, ref)
    mine = papers_for(request.actor, about)
    if not mine:
        raise Missing("no_papers", marked("Your role hands out no papers here."))
    offered = [(paper, about, ref) for paper in mine]
    if about in (About.CASE, About.OUTREACH):  # whoever is told of their own case is told of the rest
        offered += [(paper, About.PROGRAMME, VHR) for paper in papers_for(request.actor, About.PROGRAMME)]
    copies = copies_of(request.actor, subject.logged, [paper.code for paper in mine])
    older = _older(subject)
    context = {
        "subject": subject,
        "older": older,
        "papers": [(paper, reverse("desk:print_paper", args=[of, to, paper.code])) for paper, of, to in offered],
        "copies": [(deed, PAPERS[deed.detail["paper"]], deed in older) for deed in copies],
        "names": names_of({deed.account_id for deed in copies}),
        "languages": {code: _(name) for code, name in settings.LANGUAGES},
    }
    return render(request, "desk/papers/about.html", context)


def print_paper(request: Any, about: str, ref: str, code: str) -> HttpResponse:
    """One copy of a paper: recorded, then given as a PDF."""
    subject, paper = _subject(request.actor, about, ref), PAPERS.get(code)
    if paper is None or paper not in papers_for(request.actor, about):
        raise Missing("no_paper", marked("Your role hands out no such paper here."))
    form = CopyForm(
        request.POST or None,
        paper=paper,
        actor=request.actor,
        subject=subject,
        initial={
            "language": request.LANGUAGE_CODE,
            "recipient": door.typed(request.GET.get("recipient", "")),
            "mission": request.GET.get("mission", ""),
        },
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        act = door.act(request)
        mission, recipient = told.get("mission", ""), told.get("recipient", "")
        has = _has(subject, paper, mission, recipient)
        asked = Asked(request.actor, ref, act.day, told.get("version"), mission, act.at, has)
        try:
            made = hand_out(
                act,
                paper,
                recipient,
                told["language"],
                lambda stamp: printed(paper, asked, stamp, told["language"]),
            )
        except AlreadyDone:
            messages.info(request, _("This copy was made already: look where your browser keeps downloads."))
            return HttpResponseRedirect(reverse("desk:papers_about", args=[about, ref]))
        except Refused as refused:
            door.into_form(request, form, refused)
        else:
            name = f"{paper.code.replace('_', '-')}-{made.number}.pdf"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return HttpResponse(made.pdf, content_type="application/pdf", headers=headers)
    context = {
        "form": form,
        "paper": paper,
        "subject": subject,
        "back": reverse("desk:papers_about", args=[about, ref]),
    }
    return render(request, "desk/papers/copy.html", context, status=422 if form.errors else 200)


def _has(subject: Subject, paper: Paper, mission: str, recipient: str) -> int | None:
    """The version of a list that a recipient holds already: what changed is told since that one."""
    if paper.code not in OF_A_VERSION:
        return None
    copies = newest_copies([subject.logged], [paper.code])
    mine = (
        d
        for d in copies
        if d.detail["of"] == mission and same_recipient(d.detail["recipient"]) == same_recipient(recipient)
    )
    return next((d.detail["version"] for d in mine), None)


def _older(subject: Subject) -> list[ActionLog]:
    """The newest copies that some recipient has of a list that went on since: they must get the new one."""
    if subject.flight is None:
        return []
    return [
        d for d in newest_copies([subject.logged], GO_STALE) if d.detail["version"] < subject.flight.manifest_version
    ]


def printed(paper: Paper, asked: Asked, stamp: Stamp, language: str) -> Printed:
    """Draw `paper` in `language` and set it as the copy that `stamp` names."""
    with translation.override(language):
        sheet = DRAWN[paper.code](asked)
        return Printed(
            pdf=set_as_pdf(sheet, frame(paper, sheet, stamp, language)),
            says=said(sheet),
            subject=sheet.subject,
            about=sheet.about,
            version=sheet.version,
            of=sheet.of,
        )


def frame(paper: Paper, sheet: Sheet, stamp: Stamp, language: str) -> Frame:
    """What stands around a sheet on one copy, in the language that is switched on."""
    recipient = _(paper.recipient) if paper.recipient else stamp.recipient
    destroy = ""
    if paper.keep_days is not None:
        last = max(sheet.leaves or stamp.at.date(), stamp.at.date()) + timedelta(days=paper.keep_days)
        destroy = _("Confidential. This copy is to be destroyed on {day}.").format(day=on(last))
    return Frame(
        house=house(),
        language=language,
        foot=Foot(
            copy=_("Copy {number} for {recipient}").format(number=apart(stamp.number), recipient=apart(recipient)),
            printed=_("Printed {time} by {name}").format(time=at(stamp.at), name=apart(stamp.by)),
            page=_("Page {page} of {pages}"),
        ),
        destroy=destroy,
    )


def _subject(actor: Actor, about: str, ref: str) -> Subject:
    """What `ref` names; Missing where there is nothing such within reach."""
    found = _SUBJECTS[About(about)](actor, ref) if about in list(About) else None
    if found is None:
        raise Missing("no_paper", marked("Your role hands out no such paper here."))
    return found


def _case(actor: Actor, ref: str) -> Subject | None:
    case = cases.get(actor, ref)
    return case and Subject(case.ref, case.person.name, reverse("desk:case", args=[case.ref]))


def _referral(actor: Actor, ref: str) -> Subject | None:
    if not ref.isdigit():
        return None
    found = referrals.referral(actor, int(ref))
    return Subject(f"referral:{ref}", found.case.person.name, reverse("desk:referral", args=[found.pk]))


def _session(actor: Actor, ref: str) -> Subject:
    event = events.event(actor, ref)
    where = countries().get(event.country) or name_in(get_language() or "en", event.site)
    name = f"{where} {at(event.starts_at)}"
    return Subject(event.ref, name, reverse("desk:session", args=[event.ref]))


def _embassy(actor: Actor, ref: str) -> Subject | None:
    if ref not in {mission.country_id for mission in missions_of_origin()}:
        return None
    return Subject(f"embassy:{ref}", countries()[ref], reverse("desk:papers"))


def _visas(actor: Actor, ref: str) -> Subject | None:
    found = cases.batch(actor, ref)
    return Subject(f"visas:{ref}", ref, reverse("desk:visa_batch", args=[ref])) if found else None


def _release(actor: Actor, ref: str) -> Subject | None:
    found = releases.request_file(actor, ref)
    return Subject(f"release:{ref}", ref, reverse("desk:release", args=[ref])) if found else None


def _flight(actor: Actor, ref: str) -> Subject:
    flight = movements.get(actor, ref)
    at_home = not actor.sees(DataClass.IDENTITY)  # a receiving mission has its arrivals, not our flights
    page = reverse("desk:handovers") if at_home else reverse("desk:flight", args=[flight.ref])
    return Subject(flight.ref, flight.code, page, flight=flight)


def _programme(actor: Actor, ref: str) -> Subject | None:
    return Subject(f"programme:{ref}", _("Voluntary return"), reverse("desk:home")) if ref in PATHWAYS else None


def _calls(actor: Actor, ref: str) -> Subject | None:
    return Subject("calls", _("Call sheet"), reverse("desk:call_sheet")) if ref == "today" else None


def _distribution(actor: Actor, ref: str) -> Subject:
    found = distribution(actor, ref)
    name = f"{found.get_item_display()}, {name_in(get_language() or 'en', found.site)}"  # type: ignore[attr-defined]
    return Subject(f"distribution:{found.ref}", name, reverse("desk:distribution", args=[found.ref]))


_SUBJECTS: dict[About, Callable[[Actor, str], Subject | None]] = {
    About.CASE: _case,
    About.REFERRAL: _referral,
    About.SESSION: _session,
    About.EMBASSY: _embassy,
    About.VISA_BATCH: _visas,
    About.RELEASE: _release,
    About.FLIGHT: _flight,
    About.PROGRAMME: _programme,
    About.OUTREACH: _session,
    About.CALLS: _calls,
    About.DISTRIBUTION: _distribution,
}
