"""Whatever Rasa's side does, the app gets a result, soon, and the result never repeats what was said."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from nlu.parser import Parsed, ParserDown
from nlu.rasa_api import Endpoint, token, why_not_trained
from nlu.rasa_model import Proof
from nlu.rasa_parser import RasaParser

SECRET_SENTENCE = "山田花子が引っ越してきました"


@contextmanager
def answering(status: int, body: bytes) -> Iterator[Endpoint]:
    """A server that is not Rasa."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Endpoint(server.server_port, "key", "model")
        finally:
            server.shutdown()
            thread.join()


def reason_of(endpoint: Endpoint | None, timeout_s: float = 5.0) -> str:
    parser = RasaParser(lambda: endpoint, timeout_s)
    answer = parser.parse(SECRET_SENTENCE)
    parser.close()
    assert isinstance(answer, ParserDown)
    assert "山田" not in answer.reason
    return answer.reason


def test_without_a_server_it_is_down() -> None:
    assert reason_of(None) == "no Rasa server is ready"


def test_a_closed_port_is_down() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert "cannot be reached" in reason_of(Endpoint(closed.getsockname()[1], "key", "model"))


def test_a_server_that_does_not_answer_is_down_after_the_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        endpoint = Endpoint(silent.getsockname()[1], "key", "model")
        assert reason_of(endpoint, timeout_s=0.05) == "Rasa did not answer within 0.05 s"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (409, b"{}", "Rasa answered with status 409"),
        (500, SECRET_SENTENCE.encode(), "Rasa answered with status 500"),
        (200, b"<html>", "the answer is not Rasa's"),
        (200, b"[]", "the answer is not Rasa's"),
        (200, b'{"intent_ranking": [{"name": "x"}]}', "the answer is not Rasa's"),
        (200, b'{"intent_ranking": 3}', "the answer is not Rasa's"),
    ],
)
def test_an_answer_that_is_not_a_parse_is_down(status: int, body: bytes, reason: str) -> None:
    with answering(status, body) as endpoint:
        assert reason_of(endpoint) == reason


def test_it_moves_to_the_new_server_after_a_restart() -> None:
    body = b'{"intent_ranking": [{"name": "moving_in", "confidence": 0.9}]}'
    with answering(200, body) as first, answering(500, b"") as second:
        places = iter((first, second))
        parser = RasaParser(lambda: next(places), 5)
        assert isinstance(parser.parse(SECRET_SENTENCE), Parsed)
        assert isinstance(parser.parse(SECRET_SENTENCE), ParserDown)
        parser.close()


def test_the_key_stays_out_of_what_is_printed() -> None:
    assert "topsecret" not in repr(Endpoint(1, "topsecret", "model"))
    assert "topsecret" not in token("topsecret")


def proof_against(answers: dict[str, httpx.Response]) -> str | None:
    transport = httpx.MockTransport(lambda request: answers[request.url.path])
    with httpx.Client(transport=transport, base_url="http://127.0.0.1") as connection:
        return why_not_trained(
            connection, (Proof("引っ越してきました", "moving_in"), Proof("はい", "affirm"))
        )


def test_a_server_without_a_model_is_not_proven() -> None:
    assert proof_against({"/status": httpx.Response(409)}) == "no model is loaded (status 409)"


def test_an_untrained_classifier_is_not_proven() -> None:
    untrained = httpx.Response(200, json={"intent": {"name": None, "confidence": 0.0}})
    reason = proof_against({"/status": httpx.Response(200), "/model/parse": untrained})
    assert reason == "the model is not trained: 0 of 2 known sentences understood"


def test_something_else_on_the_port_is_not_proven() -> None:
    page = httpx.Response(200, text="<html>")
    assert proof_against({"/status": page, "/model/parse": page}) == "the answer is not Rasa's"
