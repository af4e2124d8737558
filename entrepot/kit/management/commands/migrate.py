"""Django's `migrate`, with our notion of a change."""

from django.core.management.commands.migrate import Command as DjangoCommand

from entrepot.kit.schema import SchemaAutodetector


class Command(DjangoCommand):
    autodetector = SchemaAutodetector
