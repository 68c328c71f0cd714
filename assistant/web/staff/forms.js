// The papers of the case as pictures, beside the facts that fill them.
import { html, useEffect, useState } from "../shared/preact.js";
import { fetchBlob } from "../shared/api.js";
import { pageOfAll } from "../shared/form_pages.js";
import { fill, W } from "./words.js";

/** @import { CaseForm, CaseWhole } from "../shared/case_types" */

/** @param {{shown: CaseWhole}} props */
export function Forms({ shown }) {
  const [at, setAt] = useState(0);
  const [page, setPage] = useState(1);
  const form = shown.forms[at] ?? shown.forms[0];
  if (!form) return html`<section class="papers-view"><h2>${W.forms}</h2><p class="empty">${W.forms_none}</p></section>`;
  return html`<section class="papers-view" aria-label=${W.forms}>
    <div class="paper-tabs" role="group">${shown.forms.map(
      (one, index) => html`<button type="button" key=${index} aria-pressed=${String(one === form)} onClick=${() => {
        setAt(index);
        setPage(1);
      }}>${one.name_ja}${one.missing.length > 0 && html`<small>${fill(W.empty_boxes, one.missing.length)}</small>`}</button>`,
    )}</div>
    <${Page} key=${`${shown.case_id}:${shown.version}:${at}:${page}`} case_id=${shown.case_id} form=${form} page=${page} asked=${pageOfAll(shown.forms, at, page)} />
    ${form.pages > 1 && html`<div class="tabs" role="group">${Array.from({ length: form.pages }, (_, index) => html`<button type="button" key=${index} aria-pressed=${String(page === index + 1)} onClick=${() => setPage(index + 1)}>${fill(W.page, index + 1)}</button>`)}</div>`}
  </section>`;
}

/** @param {{case_id: string, form: CaseForm, page: number, asked: number}} props */
function Page({ case_id, form, page, asked }) {
  const [url, setUrl] = useState("");
  const [zoomed, setZoomed] = useState(false);
  useEffect(() => {
    let made = "";
    let gone = false;
    fetchBlob(`/api/v1/cases/${encodeURIComponent(case_id)}/forms/${encodeURIComponent(form.id)}.png?page=${asked}`)
      .then((blob) => {
        if (gone) return;
        made = URL.createObjectURL(blob);
        setUrl(made);
      })
      .catch(() => undefined);
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, []);
  return html`<div class=${zoomed ? "paper-page zoomed" : "paper-page"} tabindex="0" role="group" aria-label=${form.name_ja}>${url && html`<img src=${url} alt=${`${form.name_ja} ${fill(W.page, page)}`} onClick=${() => setZoomed(!zoomed)} />`}</div>`;
}
