"""Is the process alive, can a resident be served, and what does it measure."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from assistant.metrics import exposition
from assistant.services import services_of

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "alive"}


@router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """200 only when a resident can be served; every part with its state and reason."""
    ready, parts = services_of(request).readiness()
    return JSONResponse({"ready": ready, "parts": parts}, status_code=200 if ready else 503)


@router.get("/metrics")
def metrics() -> Response:
    """Counts and times for Prometheus."""
    return Response(exposition(), media_type="text/plain; version=0.0.4")
