// A WebSocket that comes back by itself. Screens hear messages and whether the line stands; what they say while it
// does not is dropped, for it is said anew when the line is back. A cut closes no socket: the server says something at
// least every two seconds, and a line that is silent for longer is taken as lost.

const FIRST_WAIT_S = 0.5;
const LONGEST_WAIT_S = 10;
const SILENT_MS = 5000;
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
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let silence;

  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(lose, SILENT_MS);
  };
  /** What is left of this socket is heard no more; another one takes its place soon. */
  const lose = () => {
    clearTimeout(silence);
    clearTimeout(timer);
    socket?.close();
    socket = null;
    onState?.("lost");
    timer = setTimeout(connect, wait_s * 1000 * (0.75 + Math.random() / 2));
    wait_s = Math.min(wait_s * 2, LONGEST_WAIT_S);
  };

  const connect = () => {
    const url = new URL(path, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const made = new WebSocket(url);
    socket = made;
    heard();
    made.addEventListener("open", () => {
      if (socket !== made) return;
      wait_s = FIRST_WAIT_S;
      heard();
      if (hello) made.send(JSON.stringify(hello()));
      onState?.("open");
    });
    made.addEventListener("message", (event) => {
      if (socket !== made) return;
      heard();
      const message = parse(event.data);
      if (message && message.type !== "beat") onMessage(message);
    });
    made.addEventListener("close", (event) => {
      if (socket !== made) return;
      if (event.code === REFUSED) {
        close();
        onState?.("refused");
      } else lose();
    });
  };
  const close = () => {
    clearTimeout(timer);
    clearTimeout(silence);
    window.removeEventListener("offline", unplugged);
    window.removeEventListener("online", plugged);
    socket?.close();
    socket = null;
  };
  const unplugged = () => {
    if (socket) lose();
  };
  const plugged = () => {
    wait_s = FIRST_WAIT_S;
    if (socket) return;
    clearTimeout(timer);
    connect();
  };
  window.addEventListener("offline", unplugged);
  window.addEventListener("online", plugged);
  connect();
  const stands = () => socket?.readyState === WebSocket.OPEN;
  return {
    close,
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
