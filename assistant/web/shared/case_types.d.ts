// The JSON of the staff side of /api/v1. Types only; nothing here runs.
import type { Understood, PersonLabel } from "./api_types";

export type CaseStateId =
  | "prepared" | "called" | "absent" | "accepted" | "transferred" | "returned" | "on_hold" | "finished" | "withdrawn";
export type Result = "受理" | "補正" | "保留" | "不受理";

export interface Signed {
  user: string;
  name_ja: string;
  roles: string[];
  expires_at: string;
  ends_at: string;
  left_s: number;
  temporary_password: boolean;
  totp: boolean;
  elsewhere: boolean;
}
export interface QueueLine {
  case_id: string;
  version: number;
  ticket: string;
  state: CaseStateId;
  state_ja: string;
  counter: string;
  opened_at: string;
  waiting_min: number;
  people_ahead: number | null;
  due_today: boolean;
  /** Minutes until the desk closes for what is due today; null when nothing is. */
  closes_in_min: number | null;
  held_by: string | null;
  procedures: string[];
  marks: string[];
  help_wished: string[];
  ticket_only: boolean;
  hold_until: string | null;
}
export interface CounterName {
  id: string;
  number: string;
  name_ja: string;
}
export interface CasePaper {
  id: string;
  name_ja: string;
  have: "yes" | "no" | "unknown";
  note: string;
  instead: string[];
  for: string[];
  seen: boolean;
  seen_at: string | null;
}
export interface FactChange {
  fact: string;
  label: string;
  before: string | null;
  before_origin: string | null;
  after: string | null;
  after_origin: string | null;
  /** The values went with the consent they rested on. */
  blanked: boolean;
}
export interface HistoryEntry {
  event: string;
  event_ja: string;
  by: string;
  role: string;
  at: string;
  what: string;
  from_counter: string;
  to_counter: string;
  text: string;
  changes: FactChange[];
}
export interface CaseFact extends Understood {
  weak: boolean;
}
export interface CaseProcedure {
  id: string;
  name_ja: string;
  for_whom: string[];
  counter: string;
  today: "yes" | "partly" | "no";
  because: string;
  deadline: string | null;
  claim_by: string | null;
  missing_papers: string[];
  confirm_by_staff: boolean;
  information_only: boolean;
  result: Result | null;
}
export interface CaseForm {
  id: string;
  name_ja: string;
  for_whom: string[];
  pages: number;
  missing: string[];
  writes: number;
}
export interface CaseCheck {
  id: string;
  label: string;
  required: boolean;
  done: boolean;
}
export interface Guidance {
  id: string;
  name_ja: string;
  law: string;
  laws: { name: string; says: string; address: string }[];
  check: { label: string; text: string }[];
  say: string[];
  not_verified: string[];
}
export interface IdentificationRecord {
  method: string;
  papers: string[];
  authority: string | null;
  originals_seen: boolean | null;
  address_checked: boolean | null;
  existing_household_checked: boolean | null;
  notice_by_post_needed: boolean | null;
  checked_by: string;
  checked_at: string;
}
export interface CaseWhole extends QueueLine {
  on: string;
  filed: boolean;
  /** Why they came, in the words of the office. */
  reasons: string[];
  facts: CaseFact[];
  people: PersonLabel[];
  mismatches: { fact: string; label: string; value_label: string; origin: string; other_value_label: string; other_origin: string }[];
  open_questions: { fact: string; label: string }[];
  plan: CaseProcedure[];
  undecided: { id: string; name_ja: string }[];
  papers: CasePaper[];
  /** Names the slip may bear; anything else is printed as told at the counter. */
  papers_known: string[];
  guidance: Guidance[];
  forms: CaseForm[];
  checks: CaseCheck[];
  consents: { person: string; label: string; fields: string[]; fields_ja: string[]; given_at: string; withdrawn: boolean }[];
  cards: { person: string; state: "read" | "not_used" | "pin_locked" | "unreadable" | "no_card" }[];
  holder_is_not_visitor: boolean;
  note: string;
  results: { procedure: string; result: Result; filed_at: string | null; waiting_for: string; until: string | null; by: string }[];
  returned_because: string;
  blanked: string[];
  minutes: { low: number; high: number };
  writes: number;
  identification: IdentificationRecord | null;
  times_reopened: number;
  /** What another day changed; null for a case of this day. */
  changed_since: { since: string; changes: { kind: "ask" | "procedure" | "law"; name_ja: string; text_ja: string }[] } | null;
  /** Newest first. */
  history: HistoryEntry[];
  counters: CounterName[];
}
export interface Calls {
  now: { ticket: string; counter: string; counter_id: string; called_at: string; times: number }[];
  waiting: { ticket: string; counter: string; counter_id: string; minutes: number | null }[];
  counters: CounterName[];
}
