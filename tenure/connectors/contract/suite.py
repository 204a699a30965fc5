"""What every connector promises, tried under every anomaly of the catalogue.

for trial in TRIALS.values():
    trial(stage)                  raises Broken, with the promise that was not kept
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial

from tenure.connectors.base import BEGINNING, Collection, Page, Place, Wait
from tenure.connectors.contract.anomalies import ANOMALIES, Anomaly
from tenure.connectors.contract.stage import Stage
from tenure.connectors.contract.telling import Broken, Stop, Told, demand, told

_LONGEST_WAIT = 900.0
_SHOWN_OF_A_SECRET = 12
_SENTENCE = re.compile(r"\S+ [^\n]*\.")


def check(stage: Stage, anomaly: Anomaly) -> None:
    """Raises Broken for the first promise that is not kept while the provider does this."""
    try:
        _check(stage, anomaly)
    except Broken as broken:
        raise Broken(f"The provider: {anomaly.does} {broken}") from None


def _check(stage: Stage, anomaly: Anomaly) -> None:
    collection = stage.child if anomaly.strikes == "child" else stage.struck
    stage.arrange(None)
    had = stage.truth(collection)
    place = BEGINNING
    if anomaly.strikes == "resuming":
        place = _first_page(stage, collection).place
    stage.arrange(anomaly)
    with closing(stage.connector()) as connector:
        reading = told(connector.read(collection, resume=place))
        asked = stage.asked(collection)
        others = [] if anomaly.spreads else stage.others
        beside = [(one, told(connector.read(one))) for one in others]
    has = stage.truth(collection)
    _check_end(anomaly, reading, asked)
    _check_rows(anomaly, reading, had, has, _page_rows(stage, collection))
    _check_events(anomaly, reading, place)
    _check_words(stage, anomaly, reading)
    for one, other in beside:
        whole = other.end.state == "complete" and sorted(other.ids) == sorted(stage.truth(one))
        demand(whole, f"The list {one.key} must stay readable and complete; {other.end}")
    if anomaly.lasts:
        _check_recognizing(stage, collection, reading)
    _check_resuming(stage, anomaly, collection, reading, {*had, *has})


def check_budget(stage: Stage) -> None:
    """A pacer is asked before every request, and its pauses are the caller's to wait for."""
    stage.arrange(None)
    pacer = _Pacer([3.0, 0.001])
    with closing(stage.connector(pacer=pacer)) as connector:
        family = next(k.family for k in connector.collection_kinds() if k.kind == stage.struck.kind)
        reading = told(connector.read(stage.struck))
    demand(
        [(w.seconds, w.because, w.family) for w in reading.waits]
        == [(3.0, "budget", family), (0.001, "budget", family)],
        f"Every pause of the budget is a Wait, however short; {reading.waits}",
    )
    demand(
        pacer.asked == [family] * (2 + stage.asked(stage.struck)),
        "The budget is asked before every request and after every pause, and not otherwise.",
    )
    demand(reading.end.state == "complete", "A pause of the budget harms nothing.")


def check_closing(stage: Stage) -> None:
    """After `close` nothing is sent, and what was being read ends as incomplete."""
    stage.arrange(None)
    connector = stage.connector()
    events = connector.read(stage.struck)
    next(events)
    asked = stage.asked(stage.struck)
    connector.close()
    rest = told(events)
    demand(
        (rest.events, rest.end.state, rest.end.kind) == ((), "incomplete", None),
        f"What a closed connector was reading is incomplete, by nobody's fault; {rest.end}",
    )
    demand(stage.asked(stage.struck) == asked, "A closed connector asks for nothing.")


class _Pacer:
    """Says these seconds in turn, then that there is room; and keeps who asked."""

    def __init__(self, seconds: list[float]) -> None:
        self._seconds = seconds
        self.asked: list[str] = []

    def acquire(self, family: str) -> float:
        self.asked.append(family)
        return self._seconds.pop(0) if self._seconds else 0.0


def _first_page(stage: Stage, collection: Collection) -> Page:
    with closing(stage.connector()) as connector:
        return next(e for e in connector.read(collection) if isinstance(e, Page))


def _page_rows(stage: Stage, collection: Collection) -> int:
    with closing(stage.connector()) as connector:
        kinds = {kind.kind: kind for kind in connector.collection_kinds()}
    return kinds[collection.kind].page_rows


def _check_end(anomaly: Anomaly, reading: Told, asked: int) -> None:
    end = reading.end
    demand(
        (end.state, end.kind) == (anomaly.state, anomaly.kind),
        f"It must end {anomaly.state} ({anomaly.kind}), not {end.state} ({end.kind}): {end.reason}",
    )
    demand(
        anomaly.asked is None or asked == anomaly.asked,
        f"The list must be asked for {anomaly.asked} times, not {asked}.",
    )
    demand(
        not reading.unreadable or end.state != "complete",
        "A list with records that cannot be read is not complete.",
    )


def _check_rows(
    anomaly: Anomaly, reading: Told, had: Sequence[str], has: Sequence[str], page_rows: int
) -> None:
    """What is delivered is true, and no less than what came before the trouble."""
    ids, known = reading.ids, {*had, *has}
    lost = len(set(has) - set(ids))
    kept = {
        "everything": not lost,
        "through": ids == list(had[: 2 * page_rows]),
        "before": ids == list(had[:page_rows]),
        "readable": 0 < lost == reading.unreadable,
        "part": lost > 0,
        "nothing": not ids,
    }[anomaly.delivered]
    demand(kept, f"It must deliver {anomaly.delivered}; of {len(has)} came {len(set(ids))}.")
    demand(known.issuperset(ids), "Only what the provider has may be delivered.")
    demand(
        anomaly.delivered == "readable" or not reading.unreadable,
        f"Every record can be read, but {reading.unreadable} were not.",
    )
    twice = len(ids) - len(set(ids))
    demand(
        not twice or any("twice" in remark for remark in reading.remarks),
        f"{twice} records came twice, and no remark says so.",
    )
    if anomaly.holds:
        field, value = anomaly.holds
        demand(
            all(getattr(fact, field) == value for fact in reading.facts),
            f"{field} must come out as {value!r}.",
        )


def _check_events(anomaly: Anomaly, reading: Told, place: Place) -> None:
    """Counts reconcile, and every place follows from the one before."""
    for event in reading.events:
        if isinstance(event, Wait):
            _check_wait(anomaly, event, place)
        else:
            demand(event.unreadable >= 0, "More records were delivered than were received.")
            demand(event.recognized == 0, "Nothing can be recognized when nothing is known.")
            demand(
                event.is_last == (event.place.cursor is None), "Only after the last is no place."
            )
            demand(event.place.attempt == 0, "A new page has not been tried yet.")
            passed = () if place.cursor is None else (place.cursor,)
            demand(
                event.is_last or event.place.visited == (*place.visited, *passed),
                "A place names every cursor gone through.",
            )
        place = event.place
    demand(
        {wait.because for wait in reading.waits} == ({anomaly.wait} if anomaly.wait else set()),
        f"The caller must be asked to wait because of: {anomaly.wait}; {reading.waits}",
    )


def _check_wait(anomaly: Anomaly, wait: Wait, place: Place) -> None:
    demand(
        anomaly.seconds <= wait.seconds <= _LONGEST_WAIT,
        f"A wait must be of {anomaly.seconds} to {_LONGEST_WAIT} seconds, not {wait.seconds}.",
    )
    demand(
        wait.place == Place(cursor=place.cursor, visited=place.visited, attempt=place.attempt + 1),
        "A wait keeps the place, and counts the attempt that failed.",
    )


def _check_words(stage: Stage, anomaly: Anomaly, reading: Told) -> None:
    end = reading.end
    demand(
        bool(end.reason) == (end.state != "complete"),
        "There is a reason when the list is not complete, and only then.",
    )
    said = [*filter(None, [end.reason]), *reading.remarks, *(w.reason for w in reading.waits)]
    for sentence in said:
        demand(_SENTENCE.fullmatch(sentence), f"This is no sentence: {sentence!r}")
    demand(anomaly.reason in end.reason, f"{anomaly.reason!r} is not in: {end.reason}")
    demand(
        any(anomaly.remark in remark for remark in reading.remarks)
        if anomaly.remark
        else not reading.remarks,
        f"The remark must be {anomaly.remark!r}, not {reading.remarks}.",
    )
    everything = repr((reading.events, end))
    for secret in stage.secrets:
        for at in range(len(secret) - _SHOWN_OF_A_SECRET + 1):
            shown = secret[at : at + _SHOWN_OF_A_SECRET] in everything
            demand(not shown, "A part of a key is in what was told.")


def _check_recognizing(stage: Stage, collection: Collection, before: Told) -> None:
    """What is recognized is counted, not delivered and not even decoded."""
    if not before.pages:
        return
    known = {fact.raw for fact in before.facts[::2]}
    with closing(stage.connector()) as connector:
        again = told(connector.read(collection, recognizes=known.__contains__))
        blind = told(connector.read(collection, recognizes=lambda _: True))
    new = [fact.external_id for fact in before.facts if fact.raw not in known]
    demand(again.ids == new, "Exactly what is not recognized must be delivered.")
    demand(again.unreadable == before.unreadable, "What cannot be read must be told again.")
    demand((again.end.state, again.end.kind) == (before.end.state, before.end.kind),
           f"Recognizing must not change how the list ends; {again.end}")  # fmt: skip
    demand(
        not blind.facts and not blind.unreadable,
        "What is recognized must be neither delivered nor decoded.",
    )
    demand(
        blind.end.state == "complete" or not before.unreadable,
        f"What is recognized need not be readable; {blind.end}",
    )


def _check_resuming(
    stage: Stage, anomaly: Anomaly, collection: Collection, whole: Told, known: set[str]
) -> None:
    """From wherever the caller left, a new connector goes on with exactly the rest."""
    if not anomaly.lasts:
        stage.calm()
    stops = whole.stops()
    for stop in stops[:1] + stops[1:][-1:]:
        with closing(stage.connector()) as connector:
            rest = told(connector.read(collection, resume=stop.place))
        if anomaly.lasts:
            _check_same(rest, stop, whole)
            continue
        demand(rest.end.state == "complete", f"Left at {stop.place}, it must end well: {rest.end}")
        ids = stop.before.ids + rest.ids
        demand(
            {*stage.truth(collection)} <= {*ids} <= known and len(ids) == len({*ids}),
            f"From {stop.place} must come exactly the rest.",
        )


def _check_same(rest: Told, stop: Stop, whole: Told) -> None:
    """The same provider tells the same to who comes back as to who stayed."""
    demand(
        (rest.ids, rest.unreadable) == (stop.after.ids, stop.after.unreadable),
        f"From {stop.place} must come exactly the rest.",
    )
    passed = whole.unreadable and not rest.unreadable
    demand(
        rest.end.kind == (None if passed else whole.end.kind),
        f"Left at {stop.place}, it must end as if it had been read at once; {rest.end}",
    )


TRIALS: dict[str, Callable[[Stage], None]] = {
    **{anomaly.name: partial(check, anomaly=anomaly) for anomaly in ANOMALIES},
    "the budget": check_budget,
    "closing": check_closing,
}
