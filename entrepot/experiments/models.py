"""Feature flags."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Flag(models.Model):
    """A switch with a share of subjects for whom it is on; assignment is a stable hash of flag and subject."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    is_enabled = models.BooleanField(_("enabled"), default=False)
    share_percent = models.DecimalField(_("share, %"), max_digits=5, decimal_places=2, default=100)
    version = models.IntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        constraints = [models.CheckConstraint(condition=models.Q(share_percent__gte=0, share_percent__lte=100),
                                              name="experiments_flag_share")]

    def __str__(self) -> str:
        return self.key
