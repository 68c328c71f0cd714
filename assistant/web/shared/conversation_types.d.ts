// The JSON of conversations with a remote operator under /api/v1. Types only; nothing here runs.
import type { Origin, Plan, Step } from "./api_types";

export type ConversationState = "assistant" | "waiting" | "held" | "callback" | "ended";
export type OperatorKind = "town" | "contract";

/** Who speaks at the kiosk, as the server tells the kiosk. */
export interface OperatorNow {
  state: ConversationState;
  who: { name_ja: string; kind: OperatorKind } | null;
  /** Who leads has lost their line. */
  cut_off?: boolean;
  announce_ja: string;
  people_ahead: number | null;
  minutes: number | null;
  phone_ja?: string | null;
  note_ja?: string | null;
}
/** What an operator said to the resident. */
export interface OperatorSaid {
  seq: number;
  text: string;
  by_ja: string;
}
export interface ConversationLine {
  id: string;
  state: ConversationState;
  reason: string | null;
  reason_ja: string;
  pool: string | null;
  language: string;
  waiting_s: number | null;
  held_by: string | null;
  held_by_me: boolean;
  place: string;
  steps_ja: string | string[];
  last_ja: string;
  transferred_note: string | null;
}
export interface Pool {
  id: string;
  name_ja: string;
  waiting: number;
  present: number;
}
/** Somebody at an operator's screen who may be handed a talk by name. */
export interface Colleague {
  user: string;
  name_ja: string;
  pool: string;
}
export interface CannedReply {
  id: string;
  label_ja: string;
  text_ja: string;
}
export interface Conversations {
  conversations: ConversationLine[];
  pools: Pool[];
  colleagues: Colleague[];
  me: { kind: OperatorKind; name: string };
  canned: CannedReply[];
}
export interface ConversationMessage {
  seq: number;
  from: "resident" | "assistant" | "operator" | "system";
  by_ja: string;
  text: string;
  /** Not for this person's eyes: `text` says so. */
  hidden: boolean;
  at: string;
}
export interface ConversationFact {
  key: string;
  label: string;
  value_label: string;
  origin: Origin;
  confidence: number;
  doubtful?: boolean;
}
export interface Draft {
  id: string;
  topic_ja?: string;
  text: string;
  until?: string | null;
}
export interface MirroredScreen {
  view: string;
  step: Step | null;
  plan: Plan | null;
}
export interface May {
  take: boolean;
  say: boolean;
  approve: boolean;
  transfer: boolean;
  give_back: boolean;
  start: boolean;
  share: boolean;
  correct_card: boolean;
}
export interface Conversation extends ConversationLine {
  version: number;
  /** The kiosk has lost its line. */
  kiosk_cut_off: boolean;
  messages: ConversationMessage[];
  screen: MirroredScreen;
  facts: ConversationFact[];
  draft: Draft | null;
  notes: { by_ja: string; text: string; at: string }[];
  may: May;
  settled: string[];
}
