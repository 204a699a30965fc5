from __future__ import annotations

import gzip
import ipaddress
import socket
import ssl
import threading
import traceback
from datetime import timedelta

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tenure.lib import clock
from tenure.lib.outbound import NotReached
from tenure.lib.outbound_client import PermittedTransport
from tenure.lib.tests.recording import Answer, recording

SECRET = "sk-admin-0123456789abcdef"


def get(url, *, timeout=5.0, **options):
    options.setdefault("allow", ["127.0.0.1"])
    with httpx2.Client(
        transport=PermittedTransport(**options), timeout=timeout, trust_env=False
    ) as client:
        return client.get(url, headers={"Authorization": f"Bearer {SECRET}"})


def refused(url, **options):
    with pytest.raises(NotReached) as failure:
        get(url, **options)
    return failure.value


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate for provider.example that signs itself: (server's context, client's)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "provider.example")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(clock.now() - timedelta(days=1))
        .not_valid_after(clock.now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("provider.example")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
    )
    path = tmp_path_factory.mktemp("tls") / "provider.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    client = ssl.create_default_context(cafile=str(path))
    return server, client, path


@pytest.fixture
def names(monkeypatch):
    """A name server of the test's own; every question is kept."""
    table, asked = {}, []
    real = socket.getaddrinfo

    def getaddrinfo(host, port, *args, **options):
        if host in table:
            asked.append(host)
            answers = table[host]
            address = answers.pop(0) if len(answers) > 1 else answers[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]
        ipaddress.ip_address(host)  # nothing else may be resolved in a test
        return real(host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return table, asked


def test_it_brings_the_whole_answer():
    with recording() as server:
        server.answer = lambda _: Answer(203, b"hello", {"x-request-id": "req_1"})
        answer = get(f"{server.url}/v1/x?y=1")
    assert (answer.status_code, answer.content, answer.headers["x-request-id"]) == (
        203,
        b"hello",
        "req_1",
    )
    assert (server.sent[0].method, server.sent[0].path) == ("GET", "/v1/x?y=1")


def test_what_is_not_allowed_is_never_connected_to():
    with recording() as server:
        assert refused(server.url, allow=[]).why == "forbidden"
        assert refused(f"http://2130706433:{server.port}", allow=[]).why == "forbidden"
        assert refused(f"https://localhost:{server.port}", allow=[]).why == "forbidden"
    assert server.sent == []


def test_the_address_that_was_judged_is_the_one_that_is_called(names, authority):
    table, asked = names
    server_tls, client_tls, _ = authority
    with recording(server_tls) as server:
        # Whoever resolves a second time is led elsewhere.
        table["provider.example"] = ["127.0.0.1", "127.0.0.66"]
        url = f"https://provider.example:{server.port}/v1"
        answer = get(url, allow=["127.0.0.1"], tls=client_tls)
    assert answer.status_code == 200
    assert asked == ["provider.example"]
    assert server.sni == ["provider.example"]
    assert server.sent[0].headers["host"] == f"provider.example:{server.port}"


def test_a_name_that_leads_to_a_forbidden_address_is_not_connected_to(names, authority):
    table, _ = names
    server_tls, client_tls, _ = authority
    with recording(server_tls) as server:
        table["provider.example"] = ["127.0.0.1"]
        failure = refused(f"https://provider.example:{server.port}/", allow=[], tls=client_tls)
    assert failure.why == "forbidden"
    assert (server.sent, server.sni) == ([], [])


def test_http_is_spoken_only_to_hosts_that_are_listed_themselves(names):
    table, _ = names
    with recording() as server:
        table["provider.example"] = ["127.0.0.1"]
        failure = refused(f"http://provider.example:{server.port}/", allow=["127.0.0.1"])
        assert (failure.why, server.sent) == ("forbidden", [])
        listed = ["127.0.0.1", "provider.example"]
        assert get(f"http://provider.example:{server.port}/", allow=listed).status_code == 200


def test_a_certificate_for_another_name_is_refused_in_words(names, authority):
    table, _ = names
    server_tls, client_tls, _ = authority
    with recording(server_tls) as server:
        table["other.example"] = ["127.0.0.1"]
        failure = refused(
            f"https://other.example:{server.port}/", allow=["127.0.0.1"], tls=client_tls
        )
    assert failure.why == "tls"
    assert "certificate of other.example could not be verified" in str(failure)
    assert server.sent == []


def test_certificates_named_by_the_environment_are_not_trusted(names, authority, monkeypatch):
    table, _ = names
    server_tls, _, path = authority
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setenv("SSL_CERT_DIR", str(path.parent))
    with recording(server_tls) as server:
        table["provider.example"] = ["127.0.0.1"]
        assert refused(f"https://provider.example:{server.port}/").why == "tls"


def test_speaking_tls_to_something_else_says_so():
    with recording() as server:
        assert refused(f"https://127.0.0.1:{server.port}/").why == "tls"


def test_a_redirect_is_an_answer_and_not_followed():
    with recording() as elsewhere, recording() as server:
        server.answer = lambda _: Answer(302, b"", {"location": elsewhere.url})
        assert get(server.url).status_code == 302
    assert elsewhere.sent == []


def test_proxies_and_netrc_of_the_environment_are_not_used(monkeypatch, tmp_path):
    with recording() as proxy, recording() as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login eve password eve\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        get(server.url)
    assert proxy.sent == []
    assert server.sent[0].headers["authorization"] == f"Bearer {SECRET}"


def test_no_one_listening_says_what_to_check():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        failure = refused(f"http://127.0.0.1:{held.getsockname()[1]}/")
    assert failure.why == "refused"
    assert "route and firewall" in str(failure)


def test_silence_is_a_timeout():
    release = threading.Event()
    with recording() as server:
        server.answer = lambda _: Answer(pieces=[b"{}"], between=lambda: release.wait(5))
        failure = refused(server.url, timeout=0.05)
        release.set()
    assert (failure.why, failure.has_left) == ("timeout", True)


def test_an_answer_that_trickles_in_has_a_limit_as_a_whole():
    pause = threading.Event()
    with recording() as server:
        server.answer = lambda _: Answer(pieces=[b"x"] * 100, between=lambda: pause.wait(0.02))
        failure = refused(server.url, longest=0.1)
    assert failure.why == "timeout"


def test_an_answer_cut_short_is_told_from_a_whole_one():
    with recording() as server:
        headers = {"content-length": "100"}
        server.answer = lambda _: Answer(200, b'{"data":[', headers)
        assert refused(server.url).why == "broken"


def test_a_large_answer_is_cut():
    with recording() as server:
        server.answer = lambda _: Answer(200, b"x" * 2000)
        assert refused(server.url, largest=1000).why == "too_large"


def test_a_compressed_answer_is_unpacked_up_to_the_same_size():
    with recording() as server:
        headers = {"content-encoding": "gzip"}
        server.answer = lambda _: Answer(200, gzip.compress(b"x" * 100_000), headers)
        assert get(server.url).content == b"x" * 100_000
        assert refused(server.url, largest=10_000).why == "too_large"


def test_a_compressed_answer_cut_short_is_not_taken_for_a_whole_one():
    with recording() as server:
        packed = gzip.compress(b"x" * 100_000)
        server.answer = lambda _: Answer(
            200, packed[: len(packed) // 2], {"content-encoding": "gzip"}
        )
        assert refused(server.url).why == "broken"


def test_a_failure_carries_neither_the_request_nor_its_frames(authority):
    with recording() as server:
        server.answer = lambda _: Answer(200, b"{", {"content-length": "100"})
        for url in (server.url, f"https://127.0.0.1:{server.port}/"):
            failure = refused(url)
            assert failure.__cause__ is None
            assert failure.__context__ is None
            told = traceback.TracebackException.from_exception(failure, capture_locals=True)
            ours = [f for f in told.stack if f.filename.endswith("lib/outbound_client.py")]
            assert ours
            assert not any(SECRET[:12] in str(frame.locals) for frame in ours)


def test_what_never_left_is_told_from_what_may_have_arrived(authority, names):
    table, _ = names
    server_tls, _, _ = authority
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        assert not refused(f"http://127.0.0.1:{held.getsockname()[1]}/").has_left
    assert not refused("http://127.0.0.1/", allow=[]).has_left
    table["private.example"] = ["10.0.0.1"]
    assert not refused("https://private.example/").has_left
    with recording(server_tls) as server:
        assert not refused(f"https://127.0.0.1:{server.port}/").has_left
    with recording() as server:
        assert not refused(f"https://127.0.0.1:{server.port}/").has_left
    assert server.sent == []


@pytest.mark.parametrize(
    ("answer", "options"),
    [
        (Answer(200, b"{", {"content-length": "100"}), {}),
        (Answer(200, b"x" * 2000), {"largest": 1000}),
        (Answer(200, b"no gzip", {"content-encoding": "gzip"}), {}),
    ],
)
def test_whatever_became_of_the_answer_the_request_had_left(answer, options):
    with recording() as server:
        server.answer = lambda _: answer
        assert refused(server.url, **options).has_left
    assert len(server.sent) == 1


def test_a_server_that_hangs_up_on_a_kept_connection_may_have_done_it():
    with recording() as server, PermittedTransport(allow=["127.0.0.1"]) as transport:
        request = httpx2.Request("GET", server.url)
        transport.handle_request(request)

        def hang_up(_):
            raise ConnectionAbortedError

        server.answer = hang_up
        with pytest.raises(NotReached) as failure:
            transport.handle_request(request)
    assert (failure.value.why, failure.value.has_left) == ("broken", True)
    assert len(server.sent) == 2
