from __future__ import annotations

import pytest

from tenure.audit.models import AuditSeal, UnsealedEvent
from tenure.cli import main


@pytest.mark.django_db(transaction=True)
def test_a_command_seals_what_it_did_because_there_may_be_no_worker(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("email,name\nada@halden.example,Ada\n")
    with pytest.raises(SystemExit) as ended:
        main(["people", "import", str(file)])
    assert ended.value.code == 0
    assert AuditSeal.objects.exists()
    assert not UnsealedEvent.objects.exists()
