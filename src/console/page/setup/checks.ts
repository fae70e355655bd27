/** What a company, and who runs it, should have before callers come: told from what is there, nothing of it is kept. Pure. */
import type { Setup } from './steps.ts';

export const CHECKS = [
  'line',
  'number',
  'published',
  'signedIn',
  'holidays',
  'nextYear',
  'mailbox',
  'notice',
  'tested',
  'backup',
  'secondFactor',
] as const;
export type CheckName = (typeof CHECKS)[number];

export interface Check {
  readonly name: CheckName;
  readonly isDone: boolean;
  /** Page where it is done; undefined: at a shell of the server. */
  readonly path: string | undefined;
}

/** What is looked at beside what is set up. */
export interface Seen {
  readonly trunks: readonly { readonly state: string }[];
  readonly agents: readonly { readonly state: string }[];
  /** Last year whose holidays were imported; undefined: who looks may not know. */
  readonly holidaysUntil: number | undefined;
  /** Of the newest backup, ms since 1970; 0: there is none; undefined: who looks may not know. */
  readonly backedUpAt: number | undefined;
  /** Of who looks; undefined: he runs nothing. */
  readonly hasSecondFactor: boolean | undefined;
  readonly nowMs: number;
}

/** A backup that is older is none. */
const BACKUP_MS = 30 * 86_400_000;
/** Holidays of the next year are decreed in November. */
const DECREED_MONTH = 10;

const AWAY: ReadonlySet<string> = new Set(['signed-out', 'unreachable']);

export function checksOf(setup: Setup, seen: Seen): readonly Check[] {
  const { company, flows, calendars, mailboxes, queues, tested } = setup;
  const now = new Date(seen.nowMs);
  const taking = flows.filter(({ takesCalls }) => takesCalls);
  const of = (name: CheckName, isDone: boolean, path?: string): Check => ({ name, isDone, path });
  const mayKnow = (known: unknown, check: Check): readonly Check[] => (known === undefined ? [] : [check]);
  const queuesTell =
    queues.length > 0 && queues.every(({ recordingNotice }) => recordingNotice !== undefined);
  return [
    of(
      'line',
      seen.trunks.some(({ state }) => state !== 'down'),
      setup.trunks.length > 0 ? '/admin/trunks' : '/setup/line',
    ),
    of('number', taking.length > 0, '/setup/number'),
    of('published', flows.length > 0 && taking.length === flows.length, '/flows'),
    of(
      'signedIn',
      seen.agents.some(({ state }) => !AWAY.has(state)),
      setup.agents.length > 0 ? '/live' : '/setup/agents',
    ),
    of(
      'holidays',
      calendars.some(({ holidays }) => holidays === 'CN'),
      '/setup/hours',
    ),
    ...(now.getMonth() >= DECREED_MONTH
      ? mayKnow(seen.holidaysUntil, of('nextYear', (seen.holidaysUntil ?? 0) > now.getFullYear()))
      : []),
    of('mailbox', mailboxes.length > 0, '/setup/mailbox'),
    of('notice', company?.recordingNotice !== undefined || queuesTell, `/admin/queues`),
    of('tested', tested !== undefined, '/setup/test'),
    ...mayKnow(seen.backedUpAt, of('backup', seen.nowMs - (seen.backedUpAt ?? 0) < BACKUP_MS)),
    ...mayKnow(seen.hasSecondFactor, of('secondFactor', seen.hasSecondFactor === true, '/settings')),
  ];
}
