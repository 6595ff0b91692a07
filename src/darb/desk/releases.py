"""Pages about release from detention: requests, a new one from a centre's list, its answers, and the gate."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from darb.cases import release_queries as queries
from darb.cases.models import RELEASE_AGREED, RELEASE_OPEN, ReleaseLine, ReleaseRequest, ReleaseState
from darb.cases.release_actions import (
    Brought,
    Decision,
    answer_release,
    hand_over_released,
    miss_release,
    refuse_release,
    request_release,
    schedule_release,
    take_off_release,
)
from darb.cases.release_queries import RequestFile
from darb.people.queries import parents_of
from darb.places.queries import country_names, find_site, name_in
from darb.programmes.release import ABSENCES, CHECKS, GROUNDS, unchecked
from darb.rules.refusal import Missing, Refused
from darb.rules.words import _ as marked
from darb.trust.action import Act
from darb.trust.powers import DataClass

from . import deed, door
from .people_forms import site_choices
from .registering import PROGRAMME
from .releases_forms import (
    ANSWERS,
    AppointmentForm,
    ApprovalForm,
    GateForm,
    LineAnswerForm,
    NotHandedForm,
    RequestForm,
    ToForm,
)

TONES = {
    ReleaseState.REQUESTED: "amber",
    ReleaseState.APPROVED: "blue",
    ReleaseState.SCHEDULED: "blue",
    ReleaseState.HANDED_OVER: "green",
    ReleaseState.REFUSED: "red",
    ReleaseState.NOT_PRESENT: "red",
    ReleaseState.TAKEN_OFF: "",
}


def _sees(request: Any) -> None:
    if not request.actor.sees(DataClass.WHEREABOUTS):
        raise Missing("no_releases", marked("Releases are outside what your role works with."))


def _file(request: Any, ref: str) -> RequestFile:
    _sees(request)
    found = queries.request_file(request.actor, ref)
    if found is None:
        raise Missing("no_request", marked("There is no such request within your reach."))
    return found


def _to(request: ReleaseRequest) -> str:
    return reverse("desk:release", args=[request.ref])


def _trail(file: RequestFile, *more: str) -> list[tuple[str, str]]:
    here = [(_("Releases"), reverse("desk:releases")), (file.request.ref, _to(file.request))]
    return [*here, *((name, "") for name in more)]


@require_safe
def releases(request: Any) -> HttpResponse:
    """Requests, newest first, each with how its people stand."""
    _sees(request)
    context = {
        "requests": queries.requests(request.actor),
        "tones": TONES,
        "may_ask": request.actor.may("cases.request_release"),
    }
    return render(request, "desk/releases/list.html", context)


@require_safe
def new_release(request: Any) -> HttpResponse:
    """The centres where somebody waits to be asked for."""
    _sees(request)
    context = {"centres": queries.centres(request.actor, PROGRAMME)}
    return render(request, "desk/releases/centres.html", context)


def ask_release(request: Any, code: str) -> HttpResponse:
    """Choose whom to ask for at one centre: who waits for the release alone stands first, and is chosen already."""
    _sees(request)
    centre = find_site(code)
    if centre is None:
        raise Missing("no_site", marked("There is no such place."))
    found = queries.candidates(request.actor, PROGRAMME, centre, door.today())
    offered = [c for c in found if c.refusal is None]
    chosen = set(request.POST.getlist("case")) or {c.case.ref for c in offered if c.only_this}

    def do(act: Act, v: dict[str, Any]) -> ReleaseRequest:
        cases = [c.case for c in offered if c.case.ref in request.POST.getlist("case")]
        if not cases:
            raise Refused("nobody_chosen", marked("Choose at least one case."))
        return request_release(act, cases, centre, v["ground"], v["authority"])

    return deed.page(
        request,
        RequestForm(request.POST or None),
        do,
        done=_("The request is recorded. Print its letter, and take it to the authority."),
        to=_to,
        template="desk/releases/new.html",
        centre=centre,
        offered=[c for c in offered if c.only_this or c.visa],
        others=[c for c in offered if not (c.only_this or c.visa)],
        refused=[c for c in found if c.refusal is not None],
        chosen=chosen,
        countries=country_names(request.LANGUAGE_CODE),
        day=door.today(),
        trail=[(_("Releases"), reverse("desk:releases")), (_("New request"), "")],
    )


def release(request: Any, ref: str) -> HttpResponse:
    """One request: each person's outcome, and a table for the authority's answers."""
    file = _file(request, ref)
    may = request.actor.may("cases.answer_release")
    rows = [(line, _answer_form(request, line) if may else None) for line in file.lines]
    asked = [(line, form) for line, form in rows if form is not None]
    holds = request.method != "POST" or all([form.is_valid() for _line, form in asked])

    def do(act: Act, v: dict[str, Any]) -> ReleaseRequest:
        decisions = [_decision(line, form.cleaned_data) for line, form in asked if form.cleaned_data["state"]]
        if not decisions:
            raise Refused("no_answers", marked("Choose an answer for at least one person."))
        return answer_release(
            act,
            file.request,
            decisions,
            approved_by=v["approved_by"],
            list_number=v["list_number"],
            expected=door.expected(request),
        )

    initial = {"approved_by": file.request.approved_by, "list_number": file.request.list_number}
    form = ApprovalForm(request.POST if holds and request.POST else None, initial=initial)
    return deed.page(
        request,
        form,
        do,
        done=_("The answers are recorded."),
        to=_to(file.request),
        template="desk/releases/request.html",
        file=file,
        rows=rows,
        answers=ANSWERS,
        asks=bool(asked),
        ground=_(GROUNDS[file.request.ground]),
        absences=ABSENCES,
        tones=TONES,
        day=door.today(),
        may_change=request.actor.may("cases.hand_over_released"),
        agreed=any(line.state in RELEASE_AGREED for line in file.lines),
        scheduled=any(line.state == ReleaseState.SCHEDULED for line in file.lines),
        trail=_trail(file)[:-1],
    )


def _answer_form(request: Any, line: ReleaseLine) -> LineAnswerForm | None:
    """The row's form while an answer is awaited; None afterwards."""
    if line.state != ReleaseState.REQUESTED:
        return None
    return LineAnswerForm(request.POST or None, prefix=f"l{line.pk}")


def _decision(line: ReleaseLine, v: dict[str, Any]) -> Decision:
    return Decision(line.pk, v["state"] == ReleaseState.APPROVED, v["reason"], v["until"])


def schedule(request: Any, ref: str) -> HttpResponse:
    """When those approved are handed over."""
    file = _file(request, ref)
    at = file.request.hand_over_at
    initial = {"hand_over_at": localtime(at) if at else None, "receiving_officer": file.request.receiving_officer}
    return deed.page(
        request,
        AppointmentForm(request.POST or None, initial=initial),
        lambda act, v: schedule_release(
            act, file.request, v["hand_over_at"], v["receiving_officer"], door.expected(request)
        ),
        done=_("The hand-over is agreed. Print the release list for the gate."),
        to=_to(file.request),
        template="desk/releases/deed.html",
        title=_("Agree on the hand-over"),
        lead=name_in(request.LANGUAGE_CODE, file.request.centre),
        version=file.request.version,
        back=_to(file.request),
        trail=_trail(file, _("Agree on the hand-over")),
    )


def gate(request: Any, ref: str) -> HttpResponse:
    """The hand-over at the gate: one card a person, with the photo and what is to be compared."""
    file = _file(request, ref)
    to = ToForm(request.GET) if "to" in request.GET else ToForm()
    taken_to = to.cleaned_data["to"] if to.is_bound and to.is_valid() else None
    pk = request.POST.get("line", "")
    line = next((each for each in file.lines if str(each.pk) == pk), None)
    form = GateForm(request.POST or None)

    def do(act: Act, v: dict[str, Any]) -> int:
        if line is None:
            raise Missing("no_line", marked("Nobody within your reach stands so on this request."))
        checks = [code for code in CHECKS if code in request.POST.getlist("check")]
        brought = Brought(line.pk, checks, v["property_returned"], v["injury"])
        return hand_over_released(act, file.request, [brought], v["taken_to"])

    waiting = [each for each in file.lines if each.state == ReleaseState.SCHEDULED]
    parents = parents_of(request.actor, [each.person_id for each in waiting])
    return deed.page(
        request,
        form,
        do,
        done=_("Handed to us: %(name)s.") % {"name": line.person.name if line else ""},
        to=_gate_address(file.request, request.POST.get("taken_to", "")),
        template="desk/releases/gate.html",
        file=file,
        people=[_at_gate(each, parents.get(each.person_id, ""), line, request) for each in waiting],
        taken_to=taken_to,
        to_form=to,
        sites=site_choices(),
        tones=TONES,
        day=door.today(),
        trail=_trail(file, _("At the gate")),
        may=request.actor.may("cases.hand_over_released"),
    )


def _gate_address(request: ReleaseRequest, to: str) -> str:
    return f"{reverse('desk:release_gate', args=[request.ref])}?{urlencode({'to': door.typed(to)})}"


def _at_gate(line: ReleaseLine, parents: str, sent: ReleaseLine | None, request: Any) -> dict[str, Any]:
    """A card: the person, the parents' names to ask for, what is to be compared, and what was typed and refused."""
    needed = unchecked((), has_photo=bool(line.person.photo_sha256))
    again = sent is not None and sent.pk == line.pk
    ticked = request.POST.getlist("check") if again else []
    return {
        "line": line,
        "parents": parents,
        "checks": [(code, _(CHECKS[code]), code in ticked) for code in needed],
        "sent": request.POST if again else {},
        "again": again,
    }


def not_handed_over(request: Any, ref: str, number: int) -> HttpResponse:
    """Why somebody on the list isn't handed over: not there, refused on the day, or taken off by us."""
    file, line = _line(request, ref, number)
    back = _gate_address(file.request, request.GET["to"]) if "to" in request.GET else _to(file.request)

    def do(act: Act, v: dict[str, Any]) -> ReleaseLine:
        if v["outcome"] == ReleaseState.REFUSED:
            return refuse_release(act, file.request, number, v["reason"])
        if v["outcome"] == ReleaseState.TAKEN_OFF:
            return take_off_release(act, file.request, number, v["reason"])
        return miss_release(act, file.request, number, v["outcome"], found_at=v["found_at"], reason=v["reason"])

    return deed.page(
        request,
        NotHandedForm(request.POST or None, agreed=line.state in RELEASE_AGREED),
        do,
        done=_("Recorded."),
        to=back,
        template="desk/releases/deed.html",
        title=_("Not handed over"),
        lead=line.person.name,
        back=back,
        sites=site_choices(),
        trail=_trail(file, _("Not handed over")),
    )


def _line(request: Any, ref: str, number: int) -> tuple[RequestFile, ReleaseLine]:
    file = _file(request, ref)
    line = next((each for each in file.lines if each.pk == number), None)
    if line is None or (request.method != "POST" and line.state not in RELEASE_OPEN):
        raise Missing("no_line", marked("Nobody within your reach stands so on this request."))
    return file, line
