"""Work whose every commit tells whether it was allowed.

Each job writes its effect under its fence. The last statement of that transaction notes which
fence is in force: where the two differ, a worker committed after it had lost the job.
"""

from __future__ import annotations

import random
import time

from django.db import connection
from django_tasks import task

from tenure.jobs import current, fenced


@task(queue_name="rest")
def take_effect(number, seconds):
    """Take a while, then write; 10 ms between the write and the look at the fence."""
    job = current()
    time.sleep(seconds * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
    with fenced(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect VALUES (%s, %s, NULL)", [number, job.fence])
        time.sleep(0.01)
        cursor.execute(
            "UPDATE effect SET fence_in_force = (SELECT fence FROM jobs_job WHERE id = %s)"
            " WHERE number = %s AND fence = %s",
            [job.id, number, job.fence],
        )
