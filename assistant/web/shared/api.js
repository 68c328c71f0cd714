// Calls to /api/v1: one place that turns every failure into something a screen can show.
// It keeps no state and no token; who calls passes what is needed.

/** The server answered, and said no: RFC 9457 with a stable code. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{code?: string, detail?: string, title?: string, remedy?: string, tries_left?: number, held_by?: string}} body
   */
  constructor(status, body) {
    super(body.code ?? `status_${status}`);
    this.status = status;
    this.code = body.code ?? `status_${status}`;
    this.detail = body.detail ?? body.title ?? "";
    this.remedy = body.remedy ?? "";
    this.tries_left = body.tries_left;
    this.held_by = body.held_by;
  }
}

/** No answer came: the line or the server is down. Nothing is known about what happened to the request. */
export class Unreachable extends Error {}

/**
 * @typedef {object} Request
 * @property {unknown} [body] sent as JSON
 * @property {string} [token] of the visit
 * @property {string} [if_match] ETag the change is based on
 * @property {number} [timeout_s]
 * @property {boolean} [background] the screen asks by itself: this keeps no session alive
 */

/**
 * @param {string} method
 * @param {string} path
 * @param {Request} request
 */
async function send(method, path, request) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json, application/pdf, image/*" };
  if (request.body !== undefined) headers["Content-Type"] = "application/json";
  if (request.token) headers.Authorization = `Bearer ${request.token}`;
  if (request.if_match) headers["If-Match"] = request.if_match;
  if (request.background) headers.Background = "1";
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), (request.timeout_s ?? 20) * 1000);
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      signal: stop.signal,
      cache: "no-store",
      credentials: "same-origin",
      referrerPolicy: "no-referrer",
    });
    if (response.ok) return response;
    if ([502, 503, 504].includes(response.status) && !isProblem(response)) throw new Unreachable();
    throw new Problem(response.status, isProblem(response) ? await response.json() : {});
  } catch (failure) {
    if (failure instanceof Problem) throw failure;
    throw new Unreachable();
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} response */
function isProblem(response) {
  return (response.headers.get("content-type") ?? "").includes("json");
}

/**
 * JSON of the answer, and its ETag.
 * @param {string} method
 * @param {string} path
 * @param {Request} [request]
 * @returns {Promise<{data: any, etag: string | null}>}
 */
export async function callWithEtag(method, path, request = {}) {
  const response = await send(method, path, request);
  const data = response.status === 204 ? null : await response.json().catch(() => null);
  return { data, etag: response.headers.get("etag") };
}

/**
 * JSON of the answer.
 * @param {string} method
 * @param {string} path
 * @param {Request} [request]
 * @returns {Promise<any>}
 */
export async function call(method, path, request = {}) {
  return (await callWithEtag(method, path, request)).data;
}

/**
 * A picture or PDF, fetched with the header a link could not carry.
 * @param {string} path
 * @param {Request} [request]
 */
export async function fetchBlob(path, request = {}) {
  return (await send("GET", path, request)).blob();
}

/** A new idempotency key. */
export function newId() {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}
