import type { Cdr, CdrVoicemail } from './cdr.ts';
import { stateOfMessage } from './message-state.ts';
import { dispositionOf, noteOf } from './noted.ts';

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

/** Of a message, as far as the call's record goes; `/voicemails` tells the rest. */
function publicMessage({ handling, deletedAt, ...message }: CdrVoicemail) {
  return {
    ...message,
    state: stateOfMessage({ deletedAt, handling }),
    deletedAt: isoOrNull(deletedAt),
    deletedBecause: handling?.deletedBecause ?? null,
  };
}

/** What all calls have, as the API shows them. */
function shown({ callId, tenantId, noted, ...cdr }: Cdr) {
  const said = { noted, targets: cdr.targets };
  return {
    id: callId,
    tenant: tenantId,
    ...cdr,
    startedAt: iso(cdr.startedAt),
    answeredAt: isoOrNull(cdr.answeredAt),
    path: cdr.path.map(({ step, why, at }) => ({ step, why, at: iso(at) })),
    keys: cdr.keys.map(({ purpose, digits, at }) => ({ purpose, digits, at: iso(at) })),
    flag: cdr.flag ? { ...cdr.flag, at: iso(cdr.flag.at) } : null,
    recordings: cdr.recordings.map((each) => ({
      ...each,
      startMs: each.startMs ?? null,
      deletedAt: isoOrNull(each.deletedAt),
      deletedBecause: each.deletedBecause ?? null,
    })),
    voicemail: cdr.voicemail && publicMessage(cdr.voicemail),
    disposition: dispositionOf(said),
    resolved: noted?.resolved ?? null,
    note: noteOf(said),
    comments: noted?.comments ?? 0,
    revision: noted?.revision ?? 0,
  };
}

/** The record of a call that has ended, as the API shows it: its times are ISO 8601. A few microseconds each. */
export function publicCall(cdr: Cdr) {
  return { ...shown(cdr), state: 'ended' as const, endedAt: iso(cdr.endedAt), segment: null, agents: [] };
}

/** An agent who is on a call now, or is rung for it, and his state. */
export interface AgentOnCall {
  readonly agent: string;
  readonly state: string;
}

/** The same of a call that has not ended: how it does is not known, and what it does now is. `record`: as if it ended now. */
export function publicRunningCall(record: Cdr, agents: readonly AgentOnCall[]) {
  const { kind, owner, queue, startMs } = record.segments.at(-1)!;
  const unknown = { endedAt: null, outcome: null, cause: null, q850: null, endedBy: null, fault: null };
  return {
    ...shown(record),
    ...unknown,
    state: 'running' as const,
    segment: { kind, owner, queue, since: iso(record.startedAt + startMs) },
    agents,
  };
}
