// The resident's live line: steps pushed by the server, a human taking over, the call to the counter.
import { openLive } from "../shared/live.js";
import { human, notice, ticket, calledTo } from "./state.js";
import { words } from "./words.js";

/** @import { LiveMessage, Turn } from "../shared/api_types" */

/** @type {(() => void) | null} */
let close = null;

/**
 * @param {{visit_id: string, token: string}} visit
 * @param {{receive: (turn: Turn) => void, lost: () => void}} to
 */
export function openLine(visit, to) {
  closeLine();
  let greeted = false;
  /** The first step is the visit as it was when the line opened; the turn that opened it may be answered by then and
      knows more. @param {Turn} turn */
  const receive = (turn) => {
    if (greeted) to.receive(turn);
    greeted = true;
  };
  close = openLive(`/api/v1/visits/${encodeURIComponent(visit.visit_id)}/live`, {
    hello: { token: visit.token },
    onMessage: (message) => hear(message, receive),
    onState: (state) => {
      if (state === "refused") to.lost();
    },
  });
}

export function closeLine() {
  close?.();
  close = null;
}

/**
 * @param {LiveMessage} message
 * @param {(turn: Turn) => void} receive
 */
function hear(message, receive) {
  if (message.type === "step") receive(/** @type {Turn} */ (/** @type {unknown} */ (message)));
  if (message.type === "operator") hearOperator(message);
  if (message.type === "called" && message.ticket === ticket.value?.ticket) calledTo.value = String(message.counter ?? "");
}

/** @param {LiveMessage} message */
function hearOperator(message) {
  const operator = /** @type {{state?: string, role?: string, name?: string}} */ (message.operator ?? message);
  if (operator.state === "taken") human.value = { state: "speaking", role: operator.role, name: operator.name };
  if (operator.state === "given_back") {
    human.value = null;
    notice.value = words().human_back;
  }
}
