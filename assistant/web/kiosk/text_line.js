// The line to write on. Enter sends, Shift+Enter breaks the line; text being composed with an IME is never sent.
import { html, useState } from "../shared/preact.js";
import { Icon } from "../shared/icons.js";
import { plain, ruby } from "../shared/ruby.js";
import { isHeld } from "./operator.js";
import { say } from "./turns.js";
import { busy } from "./state.js";
import { words } from "./words.js";

const LONGEST = 2000;

/**
 * While a person leads the talk there is one line only, which goes to them.
 * @param {{label: string, placeholder?: string, initial?: string, onSend?: (text: string) => void, send?: string}} props
 */
export function TextLine({ label, placeholder = "", initial = "", onSend = say, send }) {
  return isHeld() && onSend === say ? null : html`<${Line} label=${label} placeholder=${placeholder} initial=${initial} onSend=${onSend} send=${send} />`;
}

/** @param {{label: string, placeholder: string, initial: string, onSend: (text: string) => void, send?: string}} props */
function Line({ label, placeholder, initial, onSend, send }) {
  const [text, setText] = useState(initial);
  const submit = () => {
    if (!text.trim() || busy.value) return;
    onSend(text);
    setText("");
  };
  return html`<form class="text-line" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    submit();
  }}>
    <label><span class="text-line-label"><${Icon} name="keyboard" />${ruby(label)}</span>
      <textarea
        rows="1"
        maxlength=${LONGEST}
        autocomplete="off"
        autocapitalize="off"
        spellcheck=${false}
        placeholder=${plain(placeholder)}
        value=${text}
        onInput=${(/** @type {{currentTarget: HTMLTextAreaElement}} */ event) => setText(event.currentTarget.value)}
        onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
          if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            submit();
          }
        }}
      ></textarea>
    </label>
    <button type="submit" class="button primary" disabled=${!text.trim()}><span>${ruby(send ?? words().send)}</span><${Icon} name="forward" /></button>
  </form>`;
}
