from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from tenure.lib.errors import Conflict, Invalid
from tenure.supervisor.claims import check_address, claim_home


def test_a_second_server_is_refused_with_the_first_ones_process_number(tmp_path):
    held = claim_home(tmp_path / "home")
    with pytest.raises(Conflict, match=f"already runs from .* \\(process {os.getpid()}\\)"):
        claim_home(tmp_path / "home")
    os.close(held)
    os.close(claim_home(tmp_path / "home"))


def test_a_child_does_not_keep_the_home_of_a_dead_server(tmp_path):
    held = claim_home(tmp_path)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    os.close(held)
    os.close(claim_home(tmp_path))
    child.communicate(b"\n")


def test_a_taken_port_is_refused_even_when_its_holder_would_share_it():
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(Conflict, match=f":{port} is taken"):
            check_address("127.0.0.1", port)
    check_address("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(Conflict, match="not this machine's"):
        check_address("192.0.2.1", 8000)


def test_a_name_that_is_no_address_is_refused(monkeypatch):
    def fail(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(Invalid, match="correct --host"):
        check_address("no.such.host.invalid", 8000)
