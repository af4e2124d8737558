from django.contrib.admin.apps import AdminConfig


class OfficeConfig(AdminConfig):
    """Django's administration with our own site."""

    default_site = "entrepot.web.office.site.OfficeSite"
