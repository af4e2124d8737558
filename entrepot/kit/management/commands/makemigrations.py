"""Django's `makemigrations`, with our notion of a change."""

from django.core.management.commands.makemigrations import Command as DjangoCommand

from entrepot.kit.schema import SchemaAutodetector


class Command(DjangoCommand):
    autodetector = SchemaAutodetector
