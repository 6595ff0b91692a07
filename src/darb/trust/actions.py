"""Writes about accounts and what they may do."""

from __future__ import annotations

from collections.abc import Sequence

from darb.rules.refusal import Invalid, Missing
from darb.rules.roles import Role
from darb.rules.words import _

from .action import Act, action
from .models import Account, Grant


@action("trust.open_account")
def open_account(act: Act, username: str, name: str, password: str, *, language: str = "en") -> Account:
    """Open an account that can sign in and do nothing yet. Refuses a user name that is taken."""
    if Account.objects.filter(username=username).exists():
        raise Invalid("username_taken", _("The user name {username} is taken: choose another."), username=username)
    if len(password) < 10:
        raise Invalid("password_short", _("The password needs at least ten characters."), field="password")
    account = Account(username=username, name=name, language=language)
    account.set_password(password)
    account.save()
    act.subject = f"account:{account.pk}"
    return account


@action("trust.close_account")
def close_account(act: Act, username: str) -> None:
    """Stop an account from signing in; what it did stays."""
    account = _account(username)
    account.is_active = False
    account.save(update_fields=["is_active"])
    act.subject = f"account:{account.pk}"


@action("trust.grant")
def grant(
    act: Act, username: str, roles: Sequence[Role], *, office: str = "", site: str = "", programme: str = ""
) -> None:
    """Give roles to an account, for an office, a site and a programme; empty means every one."""
    account = _account(username)
    Grant.objects.bulk_create(
        [Grant(account=account, role=r, office=office, site=site, programme=programme) for r in roles],
        ignore_conflicts=True,
    )
    act.subject = f"account:{account.pk}"
    act.detail = {"roles": [r.value for r in roles], "office": office, "site": site, "programme": programme}


@action("trust.revoke")
def revoke(act: Act, username: str, roles: Sequence[Role]) -> None:
    """Take roles from an account, wherever they were given."""
    account = _account(username)
    Grant.objects.filter(account=account, role__in=list(roles)).delete()
    act.subject = f"account:{account.pk}"
    act.detail = {"revoked": [r.value for r in roles]}


def _account(username: str) -> Account:
    account = Account.objects.filter(username=username).first()
    if account is None:
        raise Missing("no_account", _("There is no account named {username}."), username=username)
    return account
