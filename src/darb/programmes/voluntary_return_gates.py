"""What each gate of voluntary return asks.

Each function of `facts` gives its gate's terms in the order in which they are worth hearing: the
first that doesn't hold on a day is the reason shown. Sentences about protection never say more than
"protection": an open wish for asylum, a STOP and their like can't be told apart by reading them.
"""

from __future__ import annotations

from datetime import date, timedelta

from darb.rules.facts import Consent, Facts, TravelDocument, Verdict, Visa
from darb.rules.pathway import Term, Terms, all_hold, any_of
from darb.rules.refusal import Refusal
from darb.rules.roles import Role
from darb.rules.windows import ALWAYS, NEVER, Windows
from darb.rules.words import _

from .joint_counselling import needs_joint_counselling
from .voluntary_return_codes import CONDITIONS, OTHER_CONDITION, TO_RETURN

DAY = timedelta(days=1)
CONSENT_LASTS = timedelta(days=90)
DOCUMENT_BUFFER = timedelta(days=7)
"""A travel document must still be valid this long after the day of travel."""
DOCUMENT_ALERT = timedelta(days=14)
"""An officer is told this long before a travel document expires."""
FIT_TO_TRAVEL_LASTS = timedelta(days=30)
"""Unless the physician says otherwise."""
PRE_EMBARKATION_CHECK_LASTS = timedelta(hours=72)
MAJORITY = 18
"""Years of age."""

JOINT_COUNSELLING = "G1"
"""The code under which the outcome of joint counselling stands among the verdicts; it is no travel gate."""

SINGLE_JOURNEY = frozenset({"laissez_passer", "collective_lp", "un_red_cross"})
"""Travel documents that are used up by one journey."""
TRAVELLED_ON = SINGLE_JOURNEY | {"passport"}
"""Kinds of document that one may travel on."""
USABLE = frozenset({"in_custody", "handed_at_boarding"})
"""States of a travel document that is there to travel on."""
SHOWN = USABLE | {"held", "received"}
"""States of a passport that the mission has seen, and that proves a nationality."""


def from_day(day: date | None) -> Windows:
    """From `day` on; None: on every day."""
    return Windows.between(day, None)


def before(day: date | None) -> Windows:
    """Until the day before `day`; None: on every day."""
    return Windows.between(None, day)


def moved(day: date, by: timedelta) -> date:
    """`day` moved by `by`, kept within what a calendar can hold: documents do say 31 December 9999."""
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta(0) else date.min


def never(reason: Refusal) -> Terms:
    """Red on every day, for `reason`."""
    return (Term(NEVER, reason),)


def birthday(born: date, years: int) -> date:
    """The day someone `born` then turns `years`; 1 March for 29 February in a common year."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


# R1 identity ---------------------------------------------------------------------------------------

NOT_REGISTERED = Refusal("R1.not_registered", _("This person isn't registered yet on that day."))
NO_PHOTO = Refusal("R1.no_photo", _("There is no photo. Take one and add it to the person."))
DUPLICATE = Refusal("R1.duplicate", _("This may be the same person as another. Decide the match first."))


def identity(facts: Facts) -> Terms:
    """R1: registered, with a photo, and not in doubt with another."""
    if facts.open_duplicate:
        return never(DUPLICATE)
    if not facts.photo:
        return never(NO_PHOTO)
    return (Term(from_day(facts.registered), NOT_REGISTERED),)


# R2 consent ----------------------------------------------------------------------------------------

NO_CONSENT = Refusal("R2.none", _("There is no consent to return. Ask in private, and record the answer."))
UNDER_PRESSURE = Refusal(
    "R2.pressure",
    _("It is in doubt that this consent was free. Someone else must talk with the person in private."),
    who=Role.PROTECTION_LEAD,
)


def lives_of(facts: Facts, purpose: str) -> tuple[Terms, ...]:
    """The terms of each consent for `purpose` that counts, the newest last."""
    consents = sorted((c for c in facts.consents if c.purpose == purpose), key=lambda consent: consent.given)
    return tuple(_life(consent, facts) for consent in consents if consent.form != "implicit")


def _life(consent: Consent, facts: Facts) -> Terms:
    terms = [Term(from_day(consent.given), NO_CONSENT)]
    if consent.withdrawn is not None:
        withdrawn = Refusal(
            "R2.withdrawn", _("Consent was withdrawn on {day}. Stop, and offer other help."), {"day": consent.withdrawn}
        )
        terms.append(Term(before(consent.withdrawn), withdrawn))
    ends = moved(consent.given, CONSENT_LASTS)
    ends = min(ends, consent.until) if consent.until else ends
    lapsed = Refusal("R2.lapsed", _("Consent lapsed on {day}. Talk again, and ask again."), {"day": ends})
    terms.append(Term(before(ends), lapsed))
    if consent.form == "proxy":
        terms.append(Term(minor_windows(facts), ADULTS_CONSENT))
    return tuple(terms)


ADULTS_CONSENT = Refusal("R2.proxy", _("A guardian consented, but this person is an adult and must be asked."))


def consent(facts: Facts) -> Terms:
    """R2: an explicit consent to return (a guardian's for a child), alive, and not in doubt."""
    lives = lives_of(facts, TO_RETURN)
    terms = any_of(*lives) if lives else never(NO_CONSENT)
    verdict = facts.verdict("R2")
    if verdict and not verdict.granted:
        return (Term(before(verdict.since), UNDER_PRESSURE), *terms)
    return terms


def consented(facts: Facts, purpose: str, day: date) -> bool:
    """Whether a consent for `purpose` is alive on `day`."""
    return any(day in all_hold(life) for life in lives_of(facts, purpose))


# R3 counselling ------------------------------------------------------------------------------------

NOT_COUNSELLED = Refusal("R3.none", _("Counselling isn't complete: every item of the checklist must be covered."))
PLAN_CHANGED = Refusal("R3.plan_changed", _("The country of return has changed since counselling. Counsel again."))


def counselling(facts: Facts) -> Terms:
    """R3: the checklist was completed, about the return that is now planned."""
    if facts.counselled is None:
        return never(NOT_COUNSELLED)
    if facts.counselled_for and facts.counselled_for != facts.return_country:
        return never(PLAN_CHANGED)
    return (Term(from_day(facts.counselled), NOT_COUNSELLED),)


# Verdicts in general -------------------------------------------------------------------------------


def unmet(gate: str, condition: str) -> Refusal:
    """The refusal of `gate` while `condition` (a code of `CONDITIONS`) isn't confirmed."""
    sentence = CONDITIONS[condition].unmet if condition in CONDITIONS else OTHER_CONDITION
    return Refusal(f"{gate}.{condition}", sentence, {"condition": condition})


def ruled(
    verdict: Verdict | None, missing: Refusal, refused: Refusal, lapsed: Refusal, lasts: timedelta | None = None
) -> Terms:
    """The terms of a gate that a verdict turns green: granted, from its day until its end, conditions met.

    `lasts` ends a verdict that names no end itself. `lapsed` may name {day}.
    """
    if verdict is None:
        return never(missing)
    if not verdict.granted:
        return never(refused)
    terms = [Term(from_day(verdict.since), missing)]
    until = verdict.until or (moved(verdict.since, lasts) if lasts else None)
    if until is not None:
        terms.append(Term(before(until), Refusal(lapsed.code, lapsed.sentence, {"day": until}, lapsed.who)))
    terms += [Term(NEVER, unmet(verdict.gate, code)) for code in verdict.conditions if code not in verdict.met]
    return tuple(terms)


# R4 protection -------------------------------------------------------------------------------------

NOT_CLEARED = Refusal("R4.not_cleared", _("Protection hasn't cleared this person for travel yet."))
ON_HOLD = Refusal("R4.hold", _("Protection has put travel on hold."), who=Role.PROTECTION_LEAD)
STOPPED = Refusal("R4.stop", _("Protection has stopped travel."), who=Role.PROTECTION_LEAD)
CLEARANCE_LAPSED = Refusal("R4.lapsed", _("Protection's clearance ended on {day}. Ask for a new one."))


def protection(facts: Facts) -> Terms:
    """R4: cleared by protection, conditions met, and nothing open that forbids a return.

    A wish for asylum that is open reads exactly as a STOP does. Suspected pressure holds (X10).
    """
    verdict = facts.verdict("R4")
    if facts.asylum_concern or (verdict and verdict.code == "stop"):
        return never(STOPPED)
    pressure = facts.verdict("R2")
    if pressure and not pressure.granted:
        return never(ON_HOLD)
    if joint_counselling_due(facts):
        return never(NOT_CLEARED)
    return ruled(verdict, NOT_CLEARED, ON_HOLD, CLEARANCE_LAPSED)


def joint_counselling_due(facts: Facts) -> bool:
    """Whether the nationality asks for joint counselling with UNHCR, and no cleared outcome stands."""
    outcome = facts.verdict(JOINT_COUNSELLING)
    return needs_joint_counselling(facts.nationality) and not (outcome and outcome.granted)


# R5 child ------------------------------------------------------------------------------------------

NO_BEST_INTERESTS = Refusal("R5.none", _("The best-interests procedure isn't concluded for this child."))
NOT_IN_BEST_INTERESTS = Refusal(
    "R5.refused", _("Return was not found to be in this child's best interests, or not yet.")
)
PANEL_DECIDES = Refusal(
    "R5.panel", _("This child is alone: the best-interests panel must decide."), who=Role.BID_PANEL_MEMBER
)
BEST_INTERESTS_LAPSED = Refusal("R5.lapsed", _("The best-interests decision ended on {day}. Review it."))


def minor_windows(facts: Facts) -> Windows:
    """The days on which this person is, or in doubt may be, a child."""
    verdict = facts.verdict("R5")
    if verdict and verdict.code == "presumed_child":
        return ALWAYS
    if facts.birth_date is None:
        return NEVER if verdict and verdict.code == "adult" and verdict.granted else ALWAYS
    return before(birthday(facts.birth_date, MAJORITY))


def child(facts: Facts) -> Terms:
    """R5: a best-interests conclusion for return; by the panel where the child is alone."""
    verdict = facts.verdict("R5")
    if verdict and verdict.granted and verdict.code not in ("bip_cleared", "bid_return"):
        return never(NO_BEST_INTERESTS)
    terms = ruled(verdict, NO_BEST_INTERESTS, NOT_IN_BEST_INTERESTS, BEST_INTERESTS_LAPSED)
    by_panel = verdict and verdict.code == "bid_return" and verdict.by == Role.BID_PANEL_MEMBER
    if facts.unaccompanied and verdict and verdict.granted and not by_panel:
        return (*never(PANEL_DECIDES), *terms)
    return terms


# R6 nationality, R7 travel document ----------------------------------------------------------------

NATIONALITY_OPEN = Refusal("R6.open", _("No embassy has confirmed the nationality, and there is no valid passport."))
PENDING = Refusal("R6.pending", _("The embassy hasn't decided on the nationality yet."))
NOT_OUR_NATIONAL = Refusal(
    "R6.not_our_national", _("The embassy says that this isn't its national. Ask other missions, and counsel again.")
)
REVOKING = frozenset({"not_our_national", "security_query"})


def nationality(facts: Facts) -> Terms:
    """R6: confirmed by an embassy, or shown by a valid passport of the stated nationality."""
    verdict = facts.verdict("R6")
    if verdict and verdict.code in REVOKING:
        return never(NOT_OUR_NATIONAL)
    if facts.nationality_verified:
        return ()
    if verdict and verdict.granted:
        return (Term(from_day(verdict.since), NATIONALITY_OPEN),)
    passports = Windows.of(
        (document.received, document.expires)
        for document in facts.documents
        if document.kind == "passport"
        and document.state in SHOWN
        and document.country == facts.nationality
        and document.expires
    )
    return (Term(passports, PENDING if verdict else NATIONALITY_OPEN),)


NO_DOCUMENT = Refusal("R7.none", _("There is no travel document in our custody."))
NO_EXPIRY = Refusal("R7.no_expiry", _("The travel document's expiry date isn't recorded. Read it off the document."))
ELSEWHERE = {
    "withheld": Refusal(
        "R7.withheld", _("Someone withholds the travel document. Claim it back, or ask for a new one.")
    ),
    "lost": Refusal("R7.lost", _("The travel document is lost. Ask the embassy for a new one.")),
    "requested": Refusal("R7.requested", _("The travel document is requested and hasn't come from the embassy yet.")),
    "held": Refusal("R7.held", _("The person holds the travel document. Take it into custody, against a receipt.")),
}


def travel_document(facts: Facts) -> Terms:
    """R7: one in our custody that outlives the day of travel by the buffer."""
    documents = [document for document in facts.documents if document.kind in TRAVELLED_ON]
    usable = [document for document in documents if document.state in USABLE]
    if not usable:
        states = {document.state for document in documents}
        return never(next((reason for state, reason in reversed(ELSEWHERE.items()) if state in states), NO_DOCUMENT))
    usable.sort(key=lambda document: document.expires or date.min)
    return any_of(*map(_usable, usable))


def _usable(document: TravelDocument) -> Terms:
    if document.expires is None:
        return never(NO_EXPIRY)
    expires = Refusal(
        "R7.expires",
        _("The travel document expires on {day}: too soon after the day of travel. Ask for a new one."),
        {"day": document.expires},
    )
    return Term(from_day(document.received), NO_DOCUMENT), Term(
        before(moved(document.expires, -DOCUMENT_BUFFER)), expires
    )


def document_alert_day(expires: date) -> date:
    """The day from which an officer is told that a document with this expiry date runs out."""
    return moved(expires, -DOCUMENT_ALERT)


# R8 exit visa --------------------------------------------------------------------------------------

NO_VISA = Refusal("R8.none", _("There is no approved exit visa."))
OTHER_DOCUMENT = Refusal("R8.document", _("The exit visa is in a document that isn't in our custody. Apply again."))


def leaves_libya(facts: Facts) -> Windows:
    """R8 applies to those who leave the country."""
    return ALWAYS if facts.leaves_libya else NEVER


def exit_visa(facts: Facts) -> Terms:
    """R8: approved, for the day and the airport of travel, in the document that travels."""
    if not facts.visas:
        return never(NO_VISA)
    visas = sorted(facts.visas, key=lambda visa: visa.valid_to)
    keys = {document.key for document in facts.documents if document.state in USABLE}
    fitting = [_valid(visa) for visa in visas if not _misfit(visa, facts, keys)]
    return any_of(*fitting) if fitting else never(_misfit(visas[-1], facts, keys) or NO_VISA)


def _misfit(visa: Visa, facts: Facts, keys: set[int]) -> Refusal | None:
    if visa.document and visa.document not in keys:
        return OTHER_DOCUMENT
    if visa.airport and facts.departure_airport and visa.airport != facts.departure_airport:
        where = {"visa": visa.airport, "departure": facts.departure_airport}
        return Refusal(
            "R8.airport", _("The exit visa is for {visa}, and the departure is from {departure}. Apply again."), where
        )
    return None


def _valid(visa: Visa) -> Terms:
    starts = Refusal("R8.not_yet", _("The exit visa is valid from {day}."), {"day": visa.valid_from})
    ended = Refusal("R8.expired", _("The exit visa is valid until {day}. Apply again."), {"day": visa.valid_to})
    return Term(from_day(visa.valid_from), starts), Term(before(moved(visa.valid_to, DAY)), ended)


# R9 medical ----------------------------------------------------------------------------------------

NOT_EXAMINED = Refusal("R9.none", _("No physician has examined this person for travel yet."))
UNFIT = Refusal("R9.unfit", _("A physician found that this person can't fly now."))
EXAMINE_AGAIN = "FTT-again"
"""The ruling that stands from an illness, or from nearness to one, until a physician has looked."""
AGAIN = Refusal("R9.again", _("A physician must examine this person again before travel."))
EXAMINATION_LAPSED = Refusal("R9.lapsed", _("The fitness to travel ended on {day}. Examine again."))


def medical(facts: Facts) -> Terms:
    """R9: found fit by a physician, within validity, requirements confirmed."""
    verdict = facts.verdict("R9")
    if verdict and verdict.code == EXAMINE_AGAIN:
        return never(AGAIN)
    return ruled(facts.verdict("R9"), NOT_EXAMINED, UNFIT, EXAMINATION_LAPSED, FIT_TO_TRAVEL_LASTS)


# R10 release, R11 receiving side -------------------------------------------------------------------

NO_RELEASE = Refusal("R10.none", _("The detention centre hasn't agreed to hand this person over."))
RELEASE_REFUSED = Refusal(
    "R10.refused", _("The detention centre refuses the release. The liaison officer must take it up.")
)
RELEASE_LAPSED = Refusal("R10.lapsed", _("The agreement on release ended on {day}. Ask again."))


def detained(facts: Facts) -> Windows:
    """R10 applies to those in detention."""
    return ALWAYS if facts.detained else NEVER


def release(facts: Facts) -> Terms:
    """R10: the hand-over is agreed by the centre where the person is now."""
    return ruled(facts.verdict("R10"), NO_RELEASE, RELEASE_REFUSED, RELEASE_LAPSED)


NOT_ACKNOWLEDGED = Refusal("R11.none", _("The receiving mission hasn't acknowledged this person yet."))
NOT_ACCEPTED = Refusal("R11.refused", _("The receiving mission can't receive this person now."))
ACKNOWLEDGEMENT_LAPSED = Refusal("R11.lapsed", _("The receiving mission's acknowledgement ended on {day}. Ask again."))


def receiving_side(facts: Facts) -> Terms:
    """R11: the receiving mission has acknowledged the return as it is now planned."""
    return ruled(facts.verdict("R11"), NOT_ACKNOWLEDGED, NOT_ACCEPTED, ACKNOWLEDGEMENT_LAPSED)


# R12 family, R13 route, R14 money ------------------------------------------------------------------


def has_companions(facts: Facts) -> Windows:
    """R12 applies to those who must travel together with others; a split is the protection lead's exception to it."""
    return ALWAYS if facts.companions else NEVER


def family(facts: Facts) -> Terms:
    """R12: every member who must travel together is ready on the same day."""
    return tuple(
        Term(
            Windows.of(companion.ready),
            Refusal(
                "R12.companion",
                _("{case} must travel together with this person, and isn't ready."),
                {"case": companion.case},
            ),
        )
        for companion in facts.companions
    )


def has_closures(facts: Facts) -> Windows:
    """R13 asks something only where something is closed."""
    return ALWAYS if facts.closures else NEVER


def route(facts: Facts) -> Terms:
    """R13: the country and area of return and the point of departure are open."""
    return tuple(
        Term(
            ~Windows.between(closure.since, closure.until),
            Refusal(
                "R13.closed", _("{place} is closed: {reason}."), {"place": closure.subject, "reason": closure.reason}
            ),
        )
        for closure in facts.closures
    )


NO_MONEY = Refusal("R14.none", _("No project pays for this return yet."))
MONEY_USED = Refusal("R14.used", _("The project's budget for this return is used up."))
MONEY_LAPSED = Refusal("R14.lapsed", _("The project's money for this return ended on {day}."))


def money(facts: Facts) -> Terms:
    """R14: a project whose earmark fits pays, and has the balance."""
    return ruled(facts.verdict("R14"), NO_MONEY, MONEY_USED, MONEY_LAPSED)
