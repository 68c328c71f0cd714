// A WebSocket that comes back by itself. Screens hear messages and whether the line stands; what they say while it
// does not is dropped, for it is said anew when the line is back.

const FIRST_WAIT_S = 0.5;
const LONGEST_WAIT_S = 10;
const REFUSED = 4401;
const MOST_WAITING_BYTES = 64_000;

/**
 * @typedef {object} Live
 * @property {() => void} close for good
 * @property {(message: object) => boolean} send false when the line does not stand
 * @property {(frame: ArrayBuffer) => boolean} sendSound false too when the line is too slow for more
 */

/**
 * Opens a socket and keeps it open.
 * @param {string} path
 * @param {object} listen
 * @param {() => object} [listen.hello] first message of each connection, such as the visit's token
 * @param {(message: import("./api_types").LiveMessage) => void} listen.onMessage
 * @param {(state: "open" | "lost" | "refused") => void} [listen.onState]
 * @returns {Live}
 */
export function openLive(path, { hello, onMessage, onState }) {
  let wait_s = FIRST_WAIT_S;
  let closed = false;
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const connect = () => {
    const url = new URL(path, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(url);
    socket.addEventListener("open", () => {
      wait_s = FIRST_WAIT_S;
      if (hello) socket?.send(JSON.stringify(hello()));
      onState?.("open");
    });
    socket.addEventListener("message", (event) => {
      const message = parse(event.data);
      if (message && !closed) onMessage(message);
    });
    socket.addEventListener("close", (event) => {
      if (closed) return;
      if (event.code === REFUSED) {
        closed = true;
        onState?.("refused");
        return;
      }
      onState?.("lost");
      timer = setTimeout(connect, wait_s * 1000 * (0.75 + Math.random() / 2));
      wait_s = Math.min(wait_s * 2, LONGEST_WAIT_S);
    });
  };
  connect();
  const stands = () => socket?.readyState === WebSocket.OPEN;
  return {
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.close();
    },
    send(message) {
      if (!stands()) return false;
      socket?.send(JSON.stringify(message));
      return true;
    },
    sendSound(frame) {
      if (!socket || !stands() || socket.bufferedAmount > MOST_WAITING_BYTES) return false;
      socket.send(frame);
      return true;
    },
  };
}

/**
 * @param {unknown} data
 * @returns {import("./api_types").LiveMessage | null}
 */
function parse(data) {
  if (typeof data !== "string") return null;
  try {
    const message = JSON.parse(data);
    return typeof message === "object" && message ? message : null;
  } catch {
    return null;
  }
}
