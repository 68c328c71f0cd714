"""What is printed or handed on of a case: its forms, the slip of a case on hold, the file for the core system."""

from collections.abc import Sequence

from assistant.problems import Problem
from assistant.settings import Settings
from assistant.waiting_for import printed_ja
from counter_bridge import core_export
from counter_bridge.case import Case, CaseContent
from counter_bridge.forms import FilledForm, fill_forms
from counter_bridge.pdf import page_png, render_pdf
from counter_bridge.slip import SlipPaper, render_hold_slip
from counter_bridge.sql_store import SqlStore
from counter_bridge.staff import Actor
from kb.model import KnowledgeBase

PREVIEW_DPI = 110
EXPORT_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


class CasePapers:
    """Papers of cases; every look at one is in the audit."""

    def __init__(self, *, kb: KnowledgeBase, store: SqlStore, settings: Settings):
        self.kb = kb
        self.store = store
        self.settings = settings

    def case(self, case_id: str) -> Case:
        """The case; a problem when there is none."""
        case = self.store.get_case(case_id)
        if case is None:
            raise Problem(404, "case_unknown", "この件は見つかりません。", "受付番号を確かめてください。")
        return case

    def forms_pdf(self, by: Actor, case_id: str, form_id: str | None) -> bytes:
        """The sheets to print at the counter after identification (COUNTER_RULES 9), with the reception number."""
        case = self.case(case_id)
        if case.identification is None:
            raise Problem(
                409,
                "identification_missing",
                "本人確認の記録がないため、書類はまだ印刷できません。",
                "受け付けて、本人確認を記録してから印刷してください。",
            )
        self.store.audit.append(by, "print", "case", case_id)
        filled = self._filled(case, form_id)
        return render_pdf(filled, demo=self.settings.demo, reception=case.ticket.shown).pdf

    def form_page(self, by: Actor, case_id: str, form_id: str, page: int) -> bytes:
        """One page beside the facts."""
        case = self.case(case_id)
        self.store.audit.append(by, "read", "form", case_id)
        rendered = render_pdf(
            self._filled(case, form_id), demo=self.settings.demo, preview=True, reception=case.ticket.shown
        )
        if page > sum(rendered.pages):
            raise Problem(404, "not_found", "そのページはありません。", "前のページを見てください。")
        return page_png(rendered.pdf, page - 1, PREVIEW_DPI)

    def _filled(self, case: Case, form_id: str | None) -> tuple[FilledForm, ...]:
        filled = fill_forms(self.kb, case.content.facts, forms_of(case.content), case.on)
        chosen = tuple(f for f in filled if form_id in (None, f.id))
        if not chosen:
            raise Problem(404, "form_unknown", "この件に書類はありません。", "書類の一覧から選んでください。")
        return chosen

    def hold_slip(self, by: Actor, case_id: str) -> bytes:
        """For somebody who comes back: the number and the papers still missing, nothing else (COUNTER_RULES 15)."""
        case = self.case(case_id)
        if not case.waits_for:
            raise Problem(
                409,
                "nothing_waits",
                "保留・補正の手続がないため、控えはありません。",
                "保留か補正の結果を付けてから印刷してください。",
            )
        self.store.audit.append(by, "print", "case", case_id, "hold_slip")
        return render_hold_slip(
            case.ticket.shown,
            [SlipPaper(printed_ja(self.kb, case, r.waiting_for_ja), r.until) for r in case.waits_for],
            town_ja=self.kb.municipality.name_ja,
            phone_ja=self.kb.municipality.phone_ja,
            day=case.on,
            demo=self.settings.demo,
        )

    def export(self, by: Actor, case_id: str, kind: str) -> tuple[str, str]:
        """What the core system picks up, as text and media type."""
        case = self.case(case_id)
        if kind not in EXPORT_TYPES:
            raise Problem(422, "format_unknown", "その形式はありません。", "json か csv を選んでください。")
        self.store.audit.append(by, "export", "case", case_id)
        text = core_export.as_json(case) if kind == "json" else core_export.as_csv(case)
        return text, EXPORT_TYPES[kind]


def forms_of(content: CaseContent) -> Sequence[tuple[str, tuple[str, ...]]]:
    """Every form once, with all it is for."""
    printed: dict[str, tuple[str, ...]] = {}
    for procedure in content.procedures:
        for form in procedure.forms:
            printed[form] = tuple(dict.fromkeys((*printed.get(form, ()), *procedure.people)))
    return tuple(printed.items())
