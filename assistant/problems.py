"""Errors as an outsider sees them: RFC 9457 problems with a stable code, a Japanese detail and a remedy.

Nothing personal goes into a problem: details are written where they are raised, never copied from input.
"""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from counter_bridge.errors import CounterBridgeError
from counter_bridge.refusal import NotAllowed, NotFound, Stale
from dialogue.errors import DialogueError

MEDIA_TYPE = "application/problem+json"

_STATUS_OF_DIALOGUE = {"question_not_open": 409, "facts_contradict": 409, "answer_invalid": 422}

_STATUS_WORDS = {
    400: (
        "request_invalid",
        "送られた内容の形が正しくありません。",
        "API の説明(/api/v1/openapi.json)の形で送ってください。",
    ),
    401: ("not_signed_in", "確認のため、もう一度ログインしてください。", "ログイン画面に戻ってください。"),
    403: ("not_allowed", "この操作はできません。", "担当の職員に頼んでください。"),
    404: ("not_found", "見つかりません。", "最初の画面からやり直してください。"),
    405: ("method_not_allowed", "この操作はできません。", "画面を読み直してください。"),
    415: (
        "not_json",
        "送られた内容が JSON ではありません。",
        "Content-Type: application/json で送ってください。",
    ),
    413: ("too_large", "内容が長すぎます。", "短くして、もう一度送ってください。"),
}


class Problem(Exception):
    """A request that cannot be served, with what to do about it."""

    def __init__(self, status: int, code: str, detail_ja: str, remedy_ja: str, **extra: Any):
        self.status = status
        self.code = code
        self.detail_ja = detail_ja
        self.remedy_ja = remedy_ja
        self.extra = extra
        super().__init__(code)


def of_refusal(refusal: NotAllowed | Stale | NotFound, *, status: int) -> Problem:
    """A refusal of the counter's rules as a problem."""
    extra: dict[str, str | None] = {"held_by": refusal.held_by} if isinstance(refusal, Stale) else {}
    if isinstance(refusal, NotAllowed) and refusal.held_by is not None:
        extra["held_by"] = refusal.held_by
    return Problem(status, refusal.code, refusal.detail_ja, refusal.remedy_ja, **extra)


def problem_response(problem: Problem) -> JSONResponse:
    """The answer that tells a problem."""
    return JSONResponse(
        {
            "type": f"urn:one-counter:problem:{problem.code}",
            "title": problem.code,
            "status": problem.status,
            "code": problem.code,
            "detail": problem.detail_ja,
            "remedy": problem.remedy_ja,
            **problem.extra,
        },
        status_code=problem.status,
        media_type=MEDIA_TYPE,
    )


def _is_of_another_kind(request: Request) -> bool:
    """Whether a body was sent that does not say it is JSON, which is then not read as JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    has_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    return has_body and kind != "application/json" and not kind.endswith("+json")


def install(app: FastAPI) -> None:
    """Makes every error of the app a problem."""

    @app.exception_handler(Problem)
    def _problem(_request: Request, error: Problem) -> JSONResponse:
        return problem_response(error)

    @app.exception_handler(DialogueError)
    def _dialogue(_request: Request, error: DialogueError) -> JSONResponse:
        status = _STATUS_OF_DIALOGUE.get(error.code, 422)
        return problem_response(Problem(status, error.code, error.detail_ja, error.remedy_ja))

    @app.exception_handler(CounterBridgeError)
    def _bridge(_request: Request, error: CounterBridgeError) -> JSONResponse:
        return problem_response(Problem(503, error.code, error.detail_ja, error.remedy_ja))

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        if _is_of_another_kind(request):
            return problem_response(Problem(415, *_STATUS_WORDS[415]))
        places = sorted({".".join(str(p) for p in e["loc"][1:]) or "body" for e in error.errors()})
        return problem_response(
            Problem(
                422,
                "request_invalid",
                "送られた内容の形が正しくありません。",
                "API の説明(/api/v1/openapi.json)の形で送ってください。",
                fields=places,
            )
        )

    @app.exception_handler(Exception)
    def _unexpected(_request: Request, _error: Exception) -> JSONResponse:
        return problem_response(
            Problem(
                500,
                "unexpected",
                "うまく処理できませんでした。入れた内容は残っています。",
                "もう一度お試しください。続くときは職員を呼んでください。",
            )
        )

    @app.exception_handler(HTTPException)
    def _http(_request: Request, error: HTTPException) -> JSONResponse:
        code, detail, remedy = _STATUS_WORDS.get(
            error.status_code, ("refused", "受け付けられませんでした。", "もう一度お試しください。")
        )
        response = problem_response(Problem(error.status_code, code, detail, remedy))
        response.headers.update(error.headers or {})
        return response
