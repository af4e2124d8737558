"""Lists of people, keys, audit rows and webhooks: open with the right, shut without it, never to be edited."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db import models
from django.test import Client
from django.urls import reverse

from entrepot.identity import actions, public
from entrepot.identity.models import ApiKey, Role, User
from entrepot.identity.tests.factories import PASSWORD, SETUP, bob, key
from entrepot.identity.tests.test_signin import code_of, login
from entrepot.kit import outbox, webhooks
from entrepot.kit.models import AuditRecord, WebhookEndpoint

pytestmark = [pytest.mark.django_db, pytest.mark.urls("entrepot.identity.tests.urls")]

OURS = [m for m in admin.site._registry if m._meta.app_label in ("identity", "kit")]


def enter(client: Client, *roles: str) -> int:
    user_id = int(bob(*roles).id)
    secret = public.enrol_totp(user_id, actor=SETUP)
    cache.clear()
    assert login(client, "bob@example.com", PASSWORD, code_of(secret)).status_code == 200
    return user_id


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_list_is_open_to_the_owner_and_shut_to_the_warehouse(client: Client, model: type[models.Model]) -> None:
    key("identity.read")
    webhooks.create_endpoint("https://example.com/h", ["*"], actor=SETUP)
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    enter(client, "owner")
    answer = client.get(url)
    assert answer.status_code == 200
    assert "unsafe-inline" not in answer["Content-Security-Policy"].split("script-src")[1].split(";")[0]
    bob("warehouse")
    assert client.get(url).status_code == 403


def record(client: Client, model: type[models.Model], pk: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])


def test_records_open_and_take_no_edits(client: Client) -> None:
    user_id = enter(client, "owner")
    token = key("identity.read")
    endpoint, secret = webhooks.create_endpoint("https://example.com/h", ["*"], actor=SETUP)
    for model, pk in ((User, user_id), (Role, Role.objects.get(code="owner").pk), (ApiKey, ApiKey.objects.get().pk),
                      (AuditRecord, AuditRecord.objects.first().pk), (WebhookEndpoint, endpoint.id)):  # type: ignore[union-attr]
        page = client.get(record(client, model, pk))
        assert page.status_code == 200
        assert token not in page.content.decode()
        assert secret not in page.content.decode()
        assert client.post(record(client, model, pk), {"name": "changed"}).status_code == 403


def test_buttons_call_actions(client: Client) -> None:
    enter(client, "owner")
    key("identity.read")
    pk = ApiKey.objects.get().pk
    url = record(client, ApiKey, pk).replace("change/", "do/revoke/")
    assert client.get(url).status_code == 200
    assert ApiKey.objects.get().revoked_at is None
    client.post(url)
    assert ApiKey.objects.get().revoked_at is not None


def test_actions_of_people_over_http(client: Client) -> None:
    user_id = enter(client, "owner")
    colleague = client.post("/api/v1/admin/identity/users", {
        "email": "carol@example.com", "name": "Carol", "password": PASSWORD, "roles": ["sales"]},
        content_type="application/json")
    assert colleague.status_code == 201
    carol = colleague.json()["id"]
    assert client.put(f"/api/v1/admin/identity/users/{carol}/roles", {"roles": ["finance"]},
                      content_type="application/json").json()["roles"] == ["finance"]
    page = client.get("/api/v1/admin/identity/users?limit=1&fields=id,roles").json()
    assert page["items"] == [{"id": user_id, "roles": ["owner"]}]
    assert client.get(f"/api/v1/admin/identity/users?cursor={page['next']}").json()["items"][0]["id"] == carol
    unit = client.post("/api/v1/admin/identity/units", {"name": "Sales"}, content_type="application/json").json()
    assert client.delete(f"/api/v1/admin/identity/units/{unit['id']}").status_code == 204
    assert client.put("/api/v1/admin/identity/roles/floor", {"name": "Floor", "permissions": ["identity.read"]},
                      content_type="application/json").status_code == 200
    made = client.post("/api/v1/admin/identity/keys", {
        "name": "till", "scopes": ["identity.read"], "expires_at": "2099-01-01T00:00:00Z"},
        content_type="application/json")
    assert made.json()["token"].startswith("ek_")
    assert made.json()["token"] not in client.get("/api/v1/admin/identity/keys").content.decode()


def test_system_lists_and_retries_over_http(client: Client) -> None:
    enter(client, "owner")
    audit = client.get("/api/v1/admin/system/audit?limit=1").json()
    assert len(audit["items"]) == 1
    assert audit["next"] is not None
    older = client.get(f"/api/v1/admin/system/audit?cursor={audit['next']}").json()
    assert max(r["id"] for r in older["items"]) < min(r["id"] for r in audit["items"])
    assert client.get("/api/v1/admin/system/audit/verification").json()["findings"] == []
    assert client.get("/api/v1/admin/system/jobs?status=failed").json() == {"items": [], "next": None}
    assert client.get("/api/v1/admin/system/jobs?status=nonsense").status_code >= 400
    assert client.post("/api/v1/admin/system/deliveries/1/retry").status_code == 404
    assert isinstance(outbox.handlers_of("no.such"), tuple)


def test_role_cannot_be_deleted_while_held(client: Client) -> None:
    from entrepot.identity.errors import RoleInUse

    owner = bob("owner")
    actions.save_role("mine", "Mine", ["identity.read"], actor=owner)
    public.create_staff("d@example.com", "D", PASSWORD, ["mine"], actor=owner)
    with pytest.raises(RoleInUse):
        actions.delete_role("mine", actor=owner)
