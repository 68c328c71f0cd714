"""Conversations on both databases: one of many takers wins, a restart loses nothing, and they go with their visit."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select, type_coerce

from counter_bridge.conversation import Conversation, ConversationState, Draft
from counter_bridge.conversation_changes import apply
from counter_bridge.conversation_events import (
    Called,
    Ended,
    HandedBack,
    NobodyCame,
    ResidentSaid,
    Say,
    Suggested,
    Take,
    Transferred,
)
from counter_bridge.refusal import NotAllowed, NotFound
from counter_bridge.sql_store import SqlStore, rotate_key
from counter_bridge.staff import RESIDENT, SYSTEM, Actor, Role

S = ConversationState
TOWN = Actor("yamada", Role.TOWN_OPERATOR, "山田")
COLLEAGUE = Actor("tanaka", Role.TOWN_OPERATOR, "田中")
SAID = "目印の言葉"

WAYS = {
    S.ASSISTANT: (),
    S.WAITING: ((Called("wish", "town"), RESIDENT),),
    S.HELD: ((Called("wish", "town"), RESIDENT), (Take(), TOWN), (Say("お待たせしました"), TOWN)),
    S.CALLBACK: ((Called("wish", "town"), RESIDENT), (NobodyCame(), SYSTEM)),
    S.ENDED: ((Ended(), RESIDENT),),
}


def new_visit(store: SqlStore, clock) -> str:
    return store.create_visit(on=clock.now, kb_version="kb", body={}).visit.visit_id


def do(store: SqlStore, visit: str, event, by: Actor, act_id: str = ""):
    now = store._database.clock()
    begin = Conversation(visit, now)
    audited = "" if by in (RESIDENT, SYSTEM) else f"conversation_{event.event}"
    changed = store.change_conversation(
        visit, lambda talk: apply(talk, event, by, now, act_id), begin=begin, by=by, act=audited
    )
    return changed[1] if isinstance(changed, tuple) else changed


def talked(store: SqlStore, clock, state: ConversationState = S.WAITING) -> str:
    visit = new_visit(store, clock)
    do(store, visit, ResidentSaid(SAID), RESIDENT)
    for event, by in WAYS[state]:
        assert isinstance(do(store, visit, event, by), Conversation)
    return visit


def test_of_ten_who_take_at_once_one_wins(store, clock):
    visit = talked(store, clock)
    takers = [Actor(f"operator-{n}", Role.TOWN_OPERATOR, f"{n}番") for n in range(10)]
    ready, outcomes = threading.Barrier(len(takers)), []

    def take(by: Actor) -> None:
        ready.wait()
        outcomes.append(do(store, visit, Take(), by))

    threads = [threading.Thread(target=take, args=(by,)) for by in takers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [o for o in outcomes if isinstance(o, Conversation)]
    lost = [o for o in outcomes if isinstance(o, NotAllowed)]
    assert (len(won), len(lost)) == (1, 9)
    assert {o.code for o in lost} == {"conversation_held"}
    assert {o.held_by for o in lost} == {won[0].led_by_ja}
    assert store.get_conversation(visit).leader == won[0].leader
    assert len([e for e in store.audit.list(entity_id=visit) if e.act == "conversation_take"]) == 1


def test_words_of_both_sides_at_once_are_neither_lost_nor_doubled(store, clock):
    visit = talked(store, clock, S.HELD)
    before = len(store.get_conversation(visit).messages)
    ready = threading.Barrier(8)

    def speak(number: int) -> None:
        ready.wait()
        for count in range(5):
            event = Say(f"{number}-{count}") if number % 2 else ResidentSaid(f"{number}-{count}")
            for _ in range(2):  # sent again, as after a broken line
                do(store, visit, event, TOWN if number % 2 else RESIDENT, f"{number}-{count}")

    threads = [threading.Thread(target=speak, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    messages = store.get_conversation(visit).messages
    assert [m.seq for m in messages] == list(range(1, before + 41))
    assert len({m.text for m in messages[before:]}) == 40


@pytest.mark.parametrize("state", list(S))
def test_it_is_there_after_a_restart_in_every_state(place, clock, state):
    first = place.open()
    visit = talked(first, clock, state)
    kept = first.get_conversation(visit)
    assert kept.state is state
    first.close()
    again = place.open()
    assert again.get_conversation(visit) == kept
    if state is S.HELD:
        assert isinstance(do(again, visit, Say("続けます"), TOWN), Conversation)
        assert isinstance(do(again, visit, Take(), COLLEAGUE), NotAllowed)
    again.close()


def test_an_act_sent_again_after_the_restart_changes_nothing(place, clock):
    first = place.open()
    visit = talked(first, clock, S.HELD)
    said = do(first, visit, Say("一度だけ"), TOWN, "m-1")
    first.close()
    again = place.open()
    assert do(again, visit, Say("一度だけ"), TOWN, "m-1") == said
    again.close()


def test_the_list_holds_who_is_live_without_what_was_said(store, clock):
    waiting, ended = talked(store, clock), talked(store, clock, S.ENDED)
    held = talked(store, clock, S.HELD)
    assert {t.visit_id for t in store.list_conversations()} == {waiting, held}
    assert [t.visit_id for t in store.list_conversations(S.WAITING)] == [waiting]
    assert all(t.messages == () for t in store.list_conversations())
    clock.forward(minutes=16)
    assert store.list_conversations() == ()
    assert store.get_conversation(ended) is None


def test_a_visit_that_is_gone_takes_no_act(store, clock):
    visit = talked(store, clock, S.HELD)
    store.delete_visit(visit, RESIDENT, clock.moment)
    assert isinstance(do(store, visit, HandedBack(), TOWN), NotFound)
    assert store.get_conversation(visit) is None
    assert isinstance(do(store, "visit-none", Take(), TOWN), NotFound)


def pieces_of(store: SqlStore) -> list[bytes]:
    tables = store._database.tables
    with store._database.read() as connection:
        bodies = [
            bytes(body)
            for table in (tables.conversations, tables.messages)
            for (body,) in connection.execute(select(type_coerce(table.c.body, LargeBinary)))
        ]
    return [body[24:56] for body in bodies]


def on_disk(file: Path) -> bytes:
    return b"".join(p.read_bytes() for p in file.parent.iterdir() if p.name.startswith(file.name))


@pytest.mark.parametrize("way", ["ended", "abandoned", "quiet"])
def test_nothing_of_it_is_left_on_the_disk(sqlite_place, clock, way):
    store = sqlite_place.open()
    file = Path(sqlite_place.url.removeprefix("sqlite:///"))
    visits = [talked(store, clock, S.HELD) for _ in range(5)]
    do(store, visits[0], Suggested(Draft("draft-1", "国保は…")), TOWN)
    do(store, visits[0], Transferred("b", "引き継ぎのメモ"), TOWN)
    pieces = pieces_of(store)
    assert len(pieces) == 15
    assert all(piece in on_disk(file) for piece in pieces)
    assert SAID.encode() not in on_disk(file)
    if way == "abandoned":
        clock.forward(minutes=16)
        store.sweep()
    for visit in visits:
        if way == "ended":
            store.delete_visit(visit, RESIDENT, clock.moment)
        elif way == "quiet":
            assert store.drop_conversation(visit)
            assert not store.drop_conversation(visit)
            assert store.get_visit(visit) is not None, "the visit itself goes on"
    store.erase()
    assert not [piece for piece in pieces_of(store) if piece]
    # deleted rows are overwritten; what an update replaced before that was overwritten then
    assert not [piece for piece in pieces if piece in on_disk(file)]
    store.close()


def test_a_new_key_opens_it_too(sqlite_place, clock):
    store = sqlite_place.open()
    visit = talked(store, clock, S.HELD)
    kept = store.get_conversation(visit)
    store.close()
    rotate_key(sqlite_place.url, sqlite_place.key, clock=clock)
    again = sqlite_place.open()
    assert again.get_conversation(visit) == kept
    again.close()


def test_the_audit_names_people_and_acts_and_no_word(store, clock):
    visit = talked(store, clock, S.HELD)
    do(store, visit, Transferred("b", "引き継ぎのメモ"), TOWN)
    entries = [(e.act, e.actor) for e in store.audit.list(entity_id=visit) if e.entity == "conversation"]
    assert entries == [
        ("conversation_transfer", "yamada"),
        ("conversation_say", "yamada"),
        ("conversation_take", "yamada"),
    ]
