import type { Phones } from './phones.ts';
import type { Agent, Member, Queue } from './state.ts';
import { STRATEGIES } from './strategy/strategies.ts';

/** What a choice looks at besides the queue. */
export interface AssignmentView {
  readonly now: number;
  readonly phones: Pick<Phones, 'isReachable' | 'isOnCall'>;
  /** Whether a colleague at the same phone is rung, or talks. */
  readonly sharesBusyPhone: (agent: Agent) => boolean;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Why an agent is not rung now, in words for the record; `until`: it is over then. */
interface Hindrance {
  readonly why: string;
  readonly until?: number;
}

const SIGNED_OUT: Hindrance = { why: 'signed out' };
const BUSY: Hindrance = { why: 'busy' };
const ON_BREAK: Hindrance = { why: 'on a break' };
const IN_MEETING: Hindrance = { why: 'in a meeting' };
const IN_TRAINING: Hindrance = { why: 'in training' };
const RINGING: Hindrance = { why: 'is being rung' };
const TALKING: Hindrance = { why: 'is talking' };
const ON_CALL: Hindrance = { why: 'is on a call of his own' };
const PHONE_BUSY: Hindrance = { why: 'a colleague is rung, or talks, at his phone' };
const UNREACHABLE: Hindrance = { why: 'phone is not reachable' };

/** Undefined: the agent is free. */
function hindranceOf(agent: Agent, { now, phones, sharesBusyPhone }: AssignmentView): Hindrance | undefined {
  switch (agent.state) {
    case 'signed-out':
      return SIGNED_OUT;
    case 'busy':
      return BUSY;
    case 'break':
      return ON_BREAK;
    case 'meeting':
      return IN_MEETING;
    case 'training':
      return IN_TRAINING;
    case 'ringing':
      return RINGING;
    case 'talking':
      return TALKING;
    case 'wrap-up':
      return { why: 'wrap-up', until: agent.wrapUpUntil };
    case 'ready':
      if (agent.restUntil > now) return { why: 'did not answer, rests', until: agent.restUntil };
      if (sharesBusyPhone(agent)) return PHONE_BUSY;
      if (phones.isOnCall(agent.extension)) return ON_CALL;
      return phones.isReachable(agent.extension) ? undefined : UNREACHABLE;
  }
}

/** `wrap-up 12 s left`, `did not answer, rests 3 s`. */
function inWords({ why, until }: Hindrance, now: number): string {
  if (until === undefined) return why;
  const seconds = Math.ceil(Math.max(0, until - now) / 1000);
  return why === 'wrap-up' ? `${why} ${seconds} s left` : `${why} ${seconds} s`;
}

export interface Assignment {
  /** Whom to ring together; empty: nobody is free. */
  readonly members: readonly Member[];
  /** Who was chosen by what, who was passed over and why: `8002 by random; 8001 skipped: wrap-up 12 s left`. */
  readonly why: string;
  /** The same without its times: two that are equal tell a record nothing new. */
  readonly key: string;
}

/** Chooses whom to ring for the caller who waits first in the queue. Pure. */
export function assign(queue: Queue, view: AssignmentView): Assignment {
  const free: Member[] = [];
  let skipped = '';
  let key = '';
  for (const member of queue.members) {
    const { agent } = member;
    const hindrance = hindranceOf(agent, view);
    if (!hindrance) {
      free.push(member);
      continue;
    }
    skipped += `; ${agent.id} skipped: ${inWords(hindrance, view.now)}`;
    key += `; ${agent.id} ${hindrance.why}`;
  }
  const { strategy } = queue.settings;
  const members = free.length > 0 ? onePerPhone(STRATEGIES[strategy](free, view)) : free;
  const chosen =
    members.length > 0
      ? `${members.map(({ agent }) => agent.id).join(', ')} by ${strategy}`
      : 'nobody is free';
  return { members, why: chosen + skipped, key: chosen + key };
}

/** Colleagues at one phone cannot be rung together: it would ring twice. */
function onePerPhone(members: readonly Member[]): readonly Member[] {
  if (members.length < 2) return members;
  const phones = new Set<string>();
  return members.filter(({ agent: { extension } }) => phones.size < phones.add(extension).size);
}
