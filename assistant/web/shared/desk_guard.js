// A desk whose screen breaks says so and offers to be read anew, instead of a blank page.
import { Component, html } from "./preact.js";

/** @import { Child } from "./preact.js" */

const STUMBLED = "画面の一部が動いていません。読み直してください";
const RELOAD = "読み直す";

export class DeskGuard extends Component {
  constructor() {
    super({});
    this.state = { broken: false };
  }
  /** @param {unknown} failure */
  componentDidCatch(failure) {
    console.error("screen failed", failure instanceof Error ? failure.name : "");
    this.setState({ broken: true });
  }
  /** @param {{children?: Child}} props @param {{broken?: boolean}} state */
  render({ children }, { broken }) {
    if (broken) {
      return html`<main class="login"><div class="block"><h1>${STUMBLED}</h1><button type="button" class="desk-button desk-primary" onClick=${() => location.reload()}>${RELOAD}</button></div></main>`;
    }
    return children;
  }
}
