"""Pages with their versions, menus, pictures, and the sign on the door. Texts are maps: {"en": ..., "zh-hans": ...}."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from entrepot.growth.contracts import PageKind
from entrepot.kit.ids import uuid7


class Page(models.Model):
    """An address of the shop with what is written there; `live` is the version that visitors see."""

    id = models.BigAutoField(primary_key=True)
    slug = models.CharField(_("slug"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=[(k.value, k.value) for k in PageKind])
    channels = ArrayField(models.SmallIntegerField(), verbose_name=_("channels"), default=list, blank=True)
    title = models.JSONField(_("title"))  # of the latest version, for lists
    latest = models.IntegerField(_("latest version"), default=1)
    live = models.IntegerField(_("published version"), null=True, blank=True)
    live_from = models.DateTimeField(_("from"), null=True, blank=True)
    live_until = models.DateTimeField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    changed_at = models.DateTimeField(pgettext_lazy("when", "changed"))

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [
            models.CheckConstraint(condition=Q(live__isnull=True) | Q(live__lte=F("latest")),
                                   name="growth_live_is_a_version"),
            models.CheckConstraint(condition=Q(live__isnull=True) | Q(live_from__isnull=False),
                                   name="growth_live_since"),
            models.CheckConstraint(condition=Q(live_until__isnull=True) | Q(live_until__gt=F("live_from")),
                                   name="growth_live_ends_after"),
        ]
        # the office's list: last changed first; the front page of a channel
        indexes = [models.Index(fields=["-changed_at", "-id"], name="growth_page_changed"),
                   models.Index(fields=["kind"], name="growth_page_kind")]

    def __str__(self) -> str:
        return self.slug


class PageVersion(models.Model):
    """What a page said at a time; only ever added."""

    id = models.BigAutoField(primary_key=True)
    page = models.ForeignKey(Page, models.CASCADE, db_index=False, related_name="versions")
    number = models.IntegerField()
    title = models.JSONField()
    seo = models.JSONField(default=dict)  # {language: {"title", "description"}}
    blocks = models.JSONField(default=list)  # [{"kind", "data"}], see blocks.KINDS
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="growth_version_once")]


class Menu(models.Model):
    """A list of links with one level below: [{"label": texts, "kind", "value", "items": [...]}]."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.JSONField(_("title"))
    items = models.JSONField(_("entries"), default=list)
    version = models.IntegerField(default=1)
    changed_at = models.DateTimeField(pgettext_lazy("when", "changed"))

    class Meta:
        verbose_name = _("menu")
        verbose_name_plural = _("menus")

    def __str__(self) -> str:
        return self.code


class Asset(models.Model):
    """A picture that pages show: re-encoded by us, in several widths."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120)
    alt = models.JSONField(_("alternative text"), default=dict, blank=True)
    file = models.CharField(_("file"), max_length=200)  # path below MEDIA_ROOT
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    renditions = models.JSONField(default=list)  # [{"file", "width", "height", "type"}]
    digest = models.CharField(max_length=64, unique=True)  # of what was uploaded: the same picture is kept once
    created_at = models.DateTimeField(_("created"))
    created_by = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        # the library: newest first
        indexes = [models.Index(fields=["-created_at", "-id"], name="growth_asset_newest")]

    def __str__(self) -> str:
        return self.name


class Door(models.Model):
    """The sign on the door: one row while the shop is closed, none while it is open."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    until = models.DateTimeField()
    message = models.JSONField(default=dict)
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="growth_one_door")]
