/** Alarms (告警) of a company, as its supervisors see them: those that the engine tells, and those of queues that are over their limits. */
import type { PublicEvent, QueueRow } from '../api/types.ts';
import { type Level, type Limits, steadyLevel } from '../page/live/limits.ts';

export interface Alarm {
  readonly id: string;
  /** Ms since 1970. */
  readonly at: number;
  readonly kind:
    | 'queue-waiting'
    | 'queue-longest'
    | 'break-limit'
    | 'disposition-missing'
    | 'talk'
    | 'hold'
    | 'nuisance'
    | 'help';
  readonly queue?: string | undefined;
  readonly agent?: string | undefined;
  readonly callId?: string | undefined;
  readonly reason?: string | undefined;
  /** Of a talk or hold, seconds. */
  readonly limit?: number | undefined;
  /** What an agent asks, and his words. */
  readonly help?: string | undefined;
  readonly text?: string | undefined;
  /** It has gone by itself. */
  readonly isOver: boolean;
}

/** Where those are kept that the engine has told, the newest last. */
export const TOLD_ALARMS = ['alarms'] as const;
export const KEPT = 50;

/** Steps of calls by which the engine tells of a talk or hold that lasts too long (`acd/talk-alarms.ts`). */
const STEP = /^alarm (.+)$/;
const WHY = /^the (talk|hold) lasts longer than (\d+) s$/;

/** The alarm that an event is; undefined: none. */
export function alarmOf({ id, type, data, at }: PublicEvent): Alarm | undefined {
  const base = { id, at: Date.parse(at), isOver: false };
  if (type === 'agent.state' && (data.did === 'break-limit' || data.did === 'disposition-missing')) {
    const { agent, reason, queue, callId, did } = data;
    const of = { reason: reason ?? undefined, queue: queue ?? undefined, callId: callId ?? undefined };
    return { ...base, kind: did as Alarm['kind'], agent, ...of };
  }
  if (type === 'call.step') {
    const [, queue] = STEP.exec(data.step) ?? [];
    const [, what, seconds] = WHY.exec(data.why) ?? [];
    if (queue === undefined || what === undefined) return undefined;
    return { ...base, kind: what as 'talk' | 'hold', queue, callId: data.callId, limit: Number(seconds) };
  }
  if (type === 'agent.help' && data.did === 'ask') {
    const { agent, help, text, callId, queue } = data;
    const of = { callId: callId ?? undefined, queue: queue ?? undefined };
    return { ...base, kind: 'help', agent, help, text, ...of };
  }
  if (type === 'entity.changed' && data.kind === 'nuisance' && data.did === 'create')
    return { ...base, kind: 'nuisance' };
  return undefined;
}

/** What was told, with what an event tells: the same where it tells nothing of alarms. */
export function withAlarm(told: readonly Alarm[], event: PublicEvent): readonly Alarm[] {
  const { type, data } = event;
  if (type === 'agent.help' && data.did === 'end')
    return told.map((each) => (each.help === data.help ? { ...each, isOver: true } : each));
  const alarm = alarmOf(event);
  if (!alarm) return told;
  // Who asks in other words does not ring twice.
  const known = alarm.help !== undefined && told.find(({ help }) => help === alarm.help);
  if (known) return told.map((each) => (each === known ? { ...known, text: alarm.text } : each));
  return [...told.slice(1 - KEPT), alarm];
}

type QueueAlarm = 'queue-waiting' | 'queue-longest';

/** Levels that queues have now: an alarm comes when one gets red, and goes when it is clearly better (hysteresis). */
export class QueueAlarms {
  readonly #levels = new Map<string, Level>();
  #alarms: readonly Alarm[] = [];

  /** What stands now and what has gone; the same array as long as nothing changes. */
  look(queues: readonly QueueRow[], limits: Limits, now: number): readonly Alarm[] {
    for (const { name, waiting, waitsSince } of queues) {
      const longest = waitsSince === null ? 0 : Math.max(0, now - Date.parse(waitsSince)) / 1000;
      this.#see(
        name,
        'queue-waiting',
        steadyLevel(waiting, limits.waiting, this.#of(name, 'queue-waiting')),
        now,
      );
      this.#see(
        name,
        'queue-longest',
        steadyLevel(longest, limits.longest, this.#of(name, 'queue-longest')),
        now,
      );
    }
    return this.#alarms;
  }

  #of(queue: string, kind: QueueAlarm): Level {
    return this.#levels.get(`${kind} ${queue}`) ?? 'plain';
  }

  #see(queue: string, kind: QueueAlarm, level: Level, at: number): void {
    const key = `${kind} ${queue}`;
    const before = this.#of(queue, kind);
    if (level === before) return;
    this.#levels.set(key, level);
    if (level === 'red')
      this.#alarms = [
        ...this.#alarms.slice(1 - KEPT),
        { id: `${key} ${at}`, at, kind, queue, isOver: false },
      ];
    else if (before === 'red')
      this.#alarms = this.#alarms.map((each) =>
        each.kind === kind && each.queue === queue ? { ...each, isOver: true } : each,
      );
  }
}
