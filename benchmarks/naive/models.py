from __future__ import annotations

from django.db import models


class Listed(models.Model):
    """Something the provider lists, under its own id, with its record."""

    external_id = models.CharField(max_length=200, unique=True)
    raw = models.JSONField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        app_label = "naive"


class Account(Listed):
    email = models.CharField(max_length=320)
    name = models.CharField(max_length=300)
    role = models.CharField(max_length=120)
    added_at = models.DateTimeField(null=True)
    key_last_used_at = models.DateTimeField(null=True)

    class Meta(Listed.Meta):
        # As many as the product's own table has, for the same pages.
        indexes = [
            models.Index(fields=["email"]),
            models.Index(fields=["name"]),
            models.Index(fields=["role"]),
            models.Index(fields=["ended_at"]),
            models.Index(fields=["began_at"]),
        ]


class Invitation(Listed):
    email = models.CharField(max_length=320)
    role = models.CharField(max_length=120)
    status = models.CharField(max_length=40)


class Project(Listed):
    name = models.CharField(max_length=300)


class Member(Listed):
    project = models.CharField(max_length=200)
    user = models.CharField(max_length=200)
    role = models.CharField(max_length=120)

    class Meta(Listed.Meta):
        indexes = [models.Index(fields=["project"]), models.Index(fields=["user"])]


class Change(models.Model):
    """One line of history."""

    what = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    field = models.CharField(max_length=40)
    before = models.TextField()
    after = models.TextField()
    at = models.DateTimeField()

    class Meta:
        app_label = "naive"
        indexes = [models.Index(fields=["external_id", "-id"])]


ALL = (Account, Invitation, Project, Member, Change)


def create_tables() -> None:
    from django.db import connection

    with connection.schema_editor() as editor:
        for model in ALL:
            editor.create_model(model)
