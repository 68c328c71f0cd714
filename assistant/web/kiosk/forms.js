// The papers as they will print: the page as a picture, fetched with the token and shown as a blob, covered until
// it is touched; what is missing and what stays to be signed.
import { html, useEffect, useState } from "../shared/preact.js";
import { fetchBlob } from "../shared/api.js";
import { pageOfAll } from "../shared/form_pages.js";
import { Icon } from "../shared/icons.js";
import { named, ruby } from "../shared/ruby.js";
import { openCase } from "./acts.js";
import { persistently } from "./requests.js";
import { Button, Scroll } from "./controls.js";
import { Shell } from "./shell.js";
import { details, forms, sheet, view, visit } from "./state.js";
import { fill, words } from "./words.js";

/** @import { PreparedForm } from "../shared/api_types" */

const COVER_AGAIN_S = 60;

export function Forms() {
  const w = words();
  const prepared = forms.value;
  const [at, setAt] = useState(0);
  const [page, setPage] = useState(1);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!open) return undefined;
    const timer = setTimeout(() => setOpen(false), COVER_AGAIN_S * 1000);
    return () => clearTimeout(timer);
  }, [open, at, page]);
  if (!prepared) return null;
  const form = prepared.forms[at];
  return html`<${Shell}
    say=${fill(w.forms_title, prepared.forms.length)}
    mood="glad"
    kind="view-forms"
    action=${html`<${Button} icon="pencil" label=${w.correct_forms} onPress=${() => (details.value ? (view.value = "details") : (sheet.value = { kind: "all" }))} name="correct" />
      <${Button} kind="primary" icon="ticket" label=${w.take_ticket} onPress=${() => openCase(false)} name="next" />`}
  >
    <div class="forms">
      <${Scroll} label=${w.forms_title} kind="forms-list">
        <p class="forms-writes"><${Icon} name="pencil" /><span>${ruby(w.signs)}</span><b>${prepared.writes > 0 ? fill(w.signs_count, prepared.writes) : w.signs_none}</b></p>
        <ul>${prepared.forms.map(
          (one, index) => html`<li key=${index}><button type="button" class="form-tab" aria-current=${index === at ? "true" : undefined} onClick=${() => {
            setAt(index);
            setPage(1);
          }}>
            <b>${one.name_ja}</b>
            <em class=${one.missing.length ? "form-missing" : ""}>${one.missing.length ? ruby(fill(w.missing_short, one.missing.length)) : html`<${Icon} name="check" /><span class="only-heard">${w.missing_none}</span>`}</em>
          </button></li>`,
        )}</ul>
        <p class="hint">${ruby(w.forms_hint)}</p>
      <//>
      ${form && html`<section class="form-view" aria-label=${form.name_ja}>
        <h2 class="form-whose"><${Icon} name="person" />${named(form.for_whom.map((person) => person.label))}</h2>
        <${Page} key=${`${at}:${page}`} form=${form} page=${page} asked=${pageOfAll(prepared.forms, at, page)} open=${open} onOpen=${() => setOpen(true)} />
        <div class="form-foot">
          <ul class="legend"><li class="from-card">${w.origin_card}</li><li class="from-said">${w.origin_said}</li><li class="from-derived">${w.origin_derived}</li><li class="from-official">${w.origin_official}</li><li class="from-missing">${w.origin_none}</li></ul>
          ${form.pages > 1 && html`<div class="segments">${Array.from({ length: form.pages }, (_, index) => html`<button type="button" key=${index} class="segment" aria-pressed=${String(page === index + 1)} onClick=${() => setPage(index + 1)}>${index + 1}</button>`)}</div>`}
          ${open && html`<${Button} kind="plain" icon="mask" label=${w.forms_hide} onPress=${() => setOpen(false)} />`}
        </div>
        <${Missing} form=${form} />
      </section>`}
    </div>
  <//>`;
}

/** @param {{form: PreparedForm}} props */
function Missing({ form }) {
  const w = words();
  const names = [...new Set(form.missing.map((one) => one.label))];
  if (!names.length) return html`<p class="missing missing-none"><${Icon} name="check" />${w.missing_none}</p>`;
  return html`<p class="missing"><${Icon} name="alert" /><span><b>${w.missing}</b> ${named(names, "、")}<small>${ruby(w.missing_note)}</small></span></p>`;
}

/** @param {{form: PreparedForm, page: number, asked: number, open: boolean, onOpen: () => void}} props */
function Page({ form, page, asked, open, onOpen }) {
  const w = words();
  const [url, setUrl] = useState("");
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const given = visit.value;
    let made = "";
    let gone = false;
    if (given && open) {
      const path = `/api/v1/visits/${encodeURIComponent(given.visit_id)}/forms/${encodeURIComponent(form.id)}.png?page=${asked}`;
      persistently(() => fetchBlob(path, { token: given.token }))
        .then((blob) => {
          if (gone) return;
          made = URL.createObjectURL(blob);
          setUrl(made);
        })
        .catch(() => !gone && setFailed(true));
    }
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
      setUrl("");
    };
  }, [open]);
  if (!open) return html`<button type="button" class="page page-covered" onClick=${onOpen}><${Icon} name="eye" size="large" /><span>${ruby(w.forms_cover)}</span></button>`;
  if (failed) return html`<div class="page page-failed"><p>${ruby(w.sorry_text)}</p></div>`;
  return html`<div class="page" tabindex="0" role="group" aria-label=${`${form.name_ja} ${fill(w.forms_page, page)}`}>${url ? html`<img src=${url} alt=${`${form.name_ja} ${fill(w.forms_page, page)}`} />` : html`<p role="status">${w.working}</p>`}</div>`;
}
