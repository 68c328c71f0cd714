"""Two clerks never overwrite one another: whose version of a case counts."""

from concurrent.futures import ThreadPoolExecutor

from tests.assistant.conftest import ACTS, Desk, good, problem


def test_an_act_needs_the_version_it_builds_on(desk: Desk, case: str) -> None:
    for act, body in ACTS.items():
        problem(desk.post(f"/cases/{case}/{act}", body), 428, "if_match_missing")
    for nonsense in ("", "*", '"abc"', "-1", "1.5", "9" * 5000):
        answer = desk.post(f"/cases/{case}/call", None, If_Match=nonsense)
        assert answer.status_code in (409, 412, 428), nonsense
        problem(answer, answer.status_code)
    assert desk.case(case)["version"] == 1


def test_a_stale_version_is_told_who_has_the_case(desk: Desk, colleague: Desk, case: str) -> None:
    seen = desk.etag(case)
    assert colleague.etag(case) == seen
    called = desk.act(case, "call", etag=seen)
    assert good(called)["state"] == "called"
    assert called.headers["etag"] == '"2"'
    told = problem(colleague.act(case, "call", etag=seen), 409, "stale")
    assert "見本 窓口職員" in told["held_by"]
    told = problem(colleague.act(case, "accept"), 409, "case_held")
    assert "見本 窓口職員" in told["held_by"]


def test_of_two_clerks_at_once_one_gets_the_ticket(desk: Desk, colleague: Desk, case: str) -> None:
    seen = desk.etag(case)
    with ThreadPoolExecutor(2) as hands:
        answers = [
            f.result() for f in [hands.submit(d.act, case, "call", None, seen) for d in (desk, colleague)]
        ]
    assert sorted(a.status_code for a in answers) == [200, 409]
    told = problem(next(a for a in answers if a.status_code == 409), 409)
    shown = desk.case(case)
    assert told["held_by"] == shown["held_by"]
    assert shown["version"] == 2


def test_the_tag_of_a_case_changes_with_every_act(desk: Desk, case: str) -> None:
    acts = ("call", "recall", "skip", "call")
    tags = [desk.etag(case), *(desk.act(case, act).headers["etag"] for act in acts)]
    assert len(set(tags)) == len(tags)
    assert desk.etag(case) == tags[-1]
