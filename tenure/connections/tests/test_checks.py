from __future__ import annotations

import pytest
from django.core.checks import run_checks

from tenure.connections.models import ConnectionKey


@pytest.mark.parametrize("host", ["*", "0.0.0.0/0", "::/0"])
def test_allowing_every_host_is_warned_of(settings, host):
    settings.TENURE_PROVIDER_HOSTS_ALLOW = ["127.0.0.1", host]
    (found,) = [check for check in run_checks() if check.id == "tenure.W201"]
    assert host in found.msg
    assert found.hint


def test_naming_hosts_is_fine(settings):
    settings.TENURE_PROVIDER_HOSTS_ALLOW = ["127.0.0.1", "gateway.internal", "10.0.0.0/8"]
    assert not [check for check in run_checks() if check.id == "tenure.W201"]


def test_keys_whose_root_key_is_gone_are_named(connection):
    assert not _about_root_keys()
    ConnectionKey.objects.update(key_id="elsewhere")
    (found,) = _about_root_keys()
    assert "OpenAI" in found.msg
    assert "connect the organization again" in found.hint


def _about_root_keys():
    return [check for check in run_checks(databases=["default"]) if check.id == "tenure.W202"]
