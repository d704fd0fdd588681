"""Attendance as Morango syncs it. Runs in the peer's environment alone."""

from django.db import models
from morango.models.core import SyncableModel


class Attendance(SyncableModel):
    """Ten columns; Morango adds its own."""

    morango_profile = "bench"
    morango_model_name = "attendance"

    scope = models.CharField(max_length=40)
    person = models.CharField(max_length=36)
    activity = models.CharField(max_length=36)
    day = models.CharField(max_length=10)
    signed_in = models.CharField(max_length=19)
    minutes = models.IntegerField()
    state = models.CharField(max_length=20)
    late = models.BooleanField(default=False)
    notes = models.TextField(null=True, blank=True)

    def calculate_source_id(self, *args, **kwargs):
        """What the id is made of."""
        return self._morango_source_id

    def calculate_partition(self, *args, **kwargs):
        """All in one partition: one team."""
        return "team"
