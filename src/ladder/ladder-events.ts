import type { CallEvent, CallFactName } from '../call/call-events.ts';
import type { LadderEvent } from './ladder.ts';

/** Facts that explain the messages around them. Never keys that a caller pressed, nor what he said in a survey. */
const SHOWN: ReadonlySet<CallFactName> = new Set([
  'routed',
  'answered',
  'rung',
  'joined',
  'connected',
  'disconnected',
  'recordingStarted',
  'recordingEnded',
  'recordingFailed',
  'voicemailLeft',
  'quality',
  'ended',
]);

export const isShown = (fact: CallFactName): boolean => SHOWN.has(fact);

/** The envelope, and what is long or says where files lie. */
const UNTOLD: ReadonlySet<string> = new Set(['tenantId', 'callId', 'seq', 'at', 'type', 'file', 'sha256']);

/** A fact as a line of the ladder: its details as `name value`. */
export function eventLine(event: CallEvent): LadderEvent {
  const details = Object.entries(event).flatMap(([name, value]) =>
    UNTOLD.has(name) || value === undefined || value === '' ? [] : [{ name, value: String(value) }],
  );
  const text = details.map(({ name, value }) => `${name} ${value}`).join(', ');
  return { kind: 'event', at: event.at, event: event.type, leg: legOf(event), details, text };
}

function legOf(event: CallEvent): string {
  if (event.type === 'quality') return event.leg;
  return 'target' in event ? event.target : '';
}
