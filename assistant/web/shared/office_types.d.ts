// The JSON of accounts, kiosks and the audit under /api/v1. Types only; nothing here runs.
export interface Account {
  user: string;
  name_ja: string;
  roles: string[];
  roles_ja: string[];
  disabled: boolean;
  demo: boolean;
  temporary_password: boolean;
  totp: boolean;
  elsewhere: boolean;
  signed_in: boolean;
}
export interface RoleName {
  id: string;
  label: string;
}
export interface KioskDevice {
  kiosk_id: string;
  name_ja: string;
  state: "revoked" | "paired" | "waiting" | "unpaired";
  pairing_until: string | null;
  paired_at: string | null;
  last_seen_at: string | null;
  revoked_at: string | null;
}
export interface OpenSession {
  session_id: string;
  user: string;
  name_ja: string;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  own: boolean;
}
export interface AuditLine {
  number: number;
  at: string;
  actor: string;
  role: string;
  act: string;
  act_ja: string;
  entity: string;
  entity_id: string;
  why: string;
}
export interface CaseTerm {
  case_id: string;
  ticket: string;
  day: string;
  state_ja: string;
  keep_until: string;
  preserved: boolean;
}
export interface Kept {
  case_id: string;
  case: CaseTerm | null;
  placed_at: string;
  placed_by: string;
  reason: string;
  lifted_at: string | null;
  lifted_by: string | null;
  lifted_because: string | null;
}
