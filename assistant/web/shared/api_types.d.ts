// The JSON of /api/v1 as the screens use it (API.md). Types only; nothing here runs.

import type { OperatorNow } from "./conversation_types";

export type Origin = "said" | "chosen" | "operator" | "derived" | "staff" | "card" | "official";
export type Value = boolean | number | string | string[] | null;
export type InputKind = "choice" | "yes_no" | "date" | "number" | "text" | "people";
export type FactType = "bool" | "int" | "date" | "text" | "choice" | "choices" | "municipality" | "age" | "people" | "person";
export type NextAct = "consent" | "card" | "details" | "forms" | "case";
export type CardField = "name" | "address" | "birth_date" | "sex";

export interface About {
  demo: boolean;
  /** A visit may go on at the resident's phone. */
  phone: boolean;
  municipality: { code: string; name_ja: string; prefecture_ja: string; accent: string; character: string; phone_ja: string; number_machine: { counter: string; example: string }[] };
  reduced_motion: boolean;
  single_sign_on: boolean;
  life_events: { id: string; label: string; icon: string }[];
  persons: DemoPerson[];
  /** `off`: this kiosk has no sound at all. */
  speech: { in: SpeechState; out: SpeechState };
  kiosk: { wake_key: string; listens_on_waking: boolean };
}
export type SpeechState = "up" | "degraded" | "down" | "off";
export interface DemoPerson {
  id: string;
  label_ja: string;
  name: string;
  pin: string;
}
export interface Option {
  value: string;
  label: string;
}
export interface PersonLabel {
  id: string;
  label: string;
}
export interface PersonToComplete extends PersonLabel {
  relation: string | null;
  age: number | null;
  birth_date: string | null;
  asks?: string[];
}
export interface Question {
  id: string;
  text: string;
  why: string;
  input: InputKind;
  options: Option[];
  can_skip: boolean;
  multiple: boolean;
  none_label?: string;
  on_screen?: boolean;
  people: PersonToComplete[];
}
export interface HandOver {
  to: string;
  reason: string;
  people_ahead?: number | null;
  minutes?: number | null;
  present?: boolean;
}
export interface Record {
  id: string;
  name_ja: string;
  plain_ja: string;
  why: string;
  law: string;
  source: { title: string; address: string }[];
  checked: string;
  verified?: string;
  deadline_text: string;
  who_may_apply: string[];
}
export type StepKind = "ask" | "confirm" | "plan" | "answer" | "hand_over" | "ask_again";
export interface Step {
  kind: StepKind;
  say: string;
  remaining?: number;
  question?: Question | null;
  answer?: Record | null;
  hand_over?: HandOver | null;
  /** An answer a person of the town looks over before it is shown. */
  checking?: { until: string | null };
  /** ask_again: why, and what it may have been. */
  reason?: string;
  options?: Option[];
  offer_person?: boolean;
  /** The person who is offered beside the step: a rule of escalation, and the pool. */
  offer?: { reason: string; to: string };
}
export interface Understood {
  fact: string;
  value: Value;
  label: string;
  value_label: string;
  origin: Origin;
  confidence: number;
  authenticity?: "unverified" | "verified";
  masked?: boolean;
  person?: string | null;
  type?: FactType;
  doubtful?: boolean;
  alternatives?: { value: Value; label: string }[];
  options?: Option[];
}
export interface Bring {
  id: string;
  name_ja: string;
  have: "yes" | "no" | "unknown";
  note: string;
  alternatives: string[];
}
export interface PlannedProcedure extends Record {
  for_whom: PersonLabel[];
  counter: string;
  counter_id: string;
  bring: Bring[];
  fee_yen: number | null;
  deadline: string | null;
  late: boolean;
  late_note: string;
  today: "yes" | "partly" | "no";
  because: string;
  confirm_by_staff: boolean;
  minutes: number;
  writes: number;
}
export interface CounterInfo {
  id: string;
  number: string;
  name_ja: string;
  floor: string;
  place: string;
}
export interface Plan {
  complete: boolean;
  open_questions: string[];
  procedures: PlannedProcedure[];
  undecided: { id: string; name_ja: string; why: string; missing: string[] }[];
  not_needed: { id: string; name_ja: string; why: string }[];
  elsewhere: { id: string; name_ja: string; where: string }[];
  offers: { id: string; name_ja: string }[];
  bring: Bring[];
  fee_yen: number;
  counters_visited: number;
  counters: CounterInfo[];
  minutes: { low: number; high: number };
  minutes_note: string;
  writes: number;
}
export interface Turn {
  step: Step;
  understood: Understood[];
  plan: Plan | null;
  next: NextAct[];
  /** Something that does not work right now, and what works instead. */
  notice?: string;
  /** Something for the screen only. */
  command?: "wait" | "repeat" | "stop" | "ticket_only" | "slower" | "faster" | "louder" | "quieter" | "hush";
  /** Whether a person is wanted or leads the talk; null while only the machine ever did. */
  operator?: OperatorNow | null;
  /** The place in the talk of words that went to a person. */
  message_seq?: number | null;
  /** The answer to what was said, on a pushed step. */
  spoken?: boolean;
  /** Only in 聞き取り受付. */
  interview?: InterviewGiven;
}
/** What a clerk's own visit has beside the step. */
export interface InterviewGiven {
  skipped: Question[];
  open: Question[];
  mismatches: Mismatch[];
}
export interface Mismatch {
  fact: string;
  label: string;
  value_label: string;
  origin: Origin;
  other_label: string;
  other_value_label: string;
  other_origin: Origin;
}
export interface OpenedVisit extends Turn {
  visit_id: string;
  token: string;
  on: string;
}
export interface ConsentAsk {
  text: string;
  basis: string;
  choice: string;
  fields: { id: CardField; label: string }[];
}
export interface Consent {
  consent_id: string;
  person: string;
  purpose: string;
  fields: CardField[];
  forms: { id: string; name_ja: string }[];
  until: string;
}
export interface CardState {
  present: boolean;
  tries_left: number | null;
  code?: string | null;
  detail?: string;
  remedy?: string;
}
export interface DetailField {
  fact: string;
  label: string;
  type: FactType;
  options: Option[];
  value: Value;
  value_label: string | null;
  origin: Origin | null;
}
export interface DetailsAsked {
  visit: DetailField[];
  people: { id: string; label: string; fields: DetailField[] }[];
  missing: number;
}
export interface PreparedForm {
  id: string;
  name_ja: string;
  for_whom: PersonLabel[];
  pages: number;
  deemed?: boolean;
  missing: { key: string; label: string; person: string | null; why?: string }[];
  writes: number;
}
export interface PreparedForms {
  forms: PreparedForm[];
  writes: number;
}
export interface PhoneCode {
  url: string;
  qr_svg: string;
  lasts_s: number;
}
export interface Ticket {
  /** At a phone: opens the page that shows where the number stands. */
  status_code?: string;
  case_id: string;
  ticket: string;
  counter: string;
  counter_id: string;
  place: string;
  floor: string;
  people_ahead: number;
  minutes: number;
  filed: boolean;
  state: string;
}
/** A number an attendant gave, to be printed. */
export interface GivenTicket extends Ticket {
  day: string;
  status_qr_svg: string;
}
export interface TicketStatus {
  ticket: string;
  counter: string;
  state: string;
  state_ja: string;
  filed: boolean;
  people_ahead: number | null;
  minutes: number | null;
}

/** What the server pushes on a socket. */
export interface LiveMessage {
  type: string;
  [more: string]: unknown;
}
