from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import urlopen


def test_the_members_page_and_what_it_loads_are_served(openai):
    place = urlsplit(openai.url)
    for name, kind in (("html", "text/html"), ("css", "text/css"), ("js", "text/javascript")):
        with urlopen(f"http://{place.netloc}/_simulator/members.{name}", timeout=10) as answer:
            assert answer.headers.get_content_type() == kind
            assert answer.read()
