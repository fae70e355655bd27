/** What was said of a call once it was over (通话小结): in its record, beside what its agents noted while they were at it. */
import type { Cdr, CdrNoted } from './cdr.ts';

/** A change of it, as a company's stream has it. */
export interface Noted {
  readonly callId: string;
  /** When the call arrived. */
  readonly startedAt: number;
  readonly did: 'say' | 'comment' | 'uncomment' | 'flag' | 'unflag';
  readonly by: string;
  /** Of `say`, all that holds from then on; undefined: not said. */
  readonly disposition: string | undefined;
  readonly resolved: boolean | undefined;
  /** Of `flag`, why. */
  readonly note: string | undefined;
}

const NOTHING: CdrNoted = {
  ...{ revision: 0, disposition: null, resolved: null, note: null, comments: 0, at: 0, by: '' },
};

/** A record after such a change. */
export function withNoted(cdr: Cdr, { did, by, disposition, resolved, note }: Noted, at: number): Cdr {
  if (did === 'flag' || did === 'unflag')
    return { ...cdr, flag: did === 'flag' ? { at, by, reason: note ?? null } : null };
  const before = cdr.noted ?? NOTHING;
  if (did !== 'say') {
    const comments = Math.max(0, before.comments + (did === 'comment' ? 1 : -1));
    return { ...cdr, noted: { ...before, comments, at, by } };
  }
  const said = { disposition: disposition ?? null, resolved: resolved ?? null, note: note ?? null };
  return { ...cdr, noted: { ...before, ...said, revision: before.revision + 1, at, by } };
}

/** What a call came to: what was said of it afterwards, or else what the last of its agents noted who noted anything. */
export function dispositionOf({ noted, targets }: Pick<Cdr, 'noted' | 'targets'>): string | null {
  return (noted?.disposition ?? targets.findLast(({ disposition }) => disposition)?.disposition) || null;
}

/** The same of the words. */
export function noteOf({ noted, targets }: Pick<Cdr, 'noted' | 'targets'>): string | null {
  return (noted?.note ?? targets.findLast(({ note }) => note)?.note) || null;
}

/** Something was said of the call. */
export function isNoted(cdr: Pick<Cdr, 'noted' | 'targets'>): boolean {
  const { comments = 0, resolved = null } = cdr.noted ?? {};
  return comments > 0 || resolved !== null || dispositionOf(cdr) !== null || noteOf(cdr) !== null;
}

/** Whether one of these agents had a part in it: began it, or talked in it. Who was only rung had none. */
export function tookPart({ agent, origin, targets }: Cdr, agents: ReadonlySet<string>): boolean {
  if (agent !== null && agents.has(agent)) return true;
  if ('agent' in origin && agents.has(origin.agent)) return true;
  return targets.some(
    ({ kind, target, connectedMs }) => kind === 'agent' && connectedMs !== null && agents.has(target),
  );
}
