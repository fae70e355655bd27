import type { Call } from '../call/call.ts';
import type { TalkState } from '../call/talk-state.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Timer } from '../shared/clock.ts';
import type { Acd } from './acd.ts';
import type { TalkAlarm } from './acd-events.ts';

/** Tells when a talk of a queue, or one hold in it, lasts longer than the queue has it. Nobody is cut off. */
export class TalkAlarms {
  readonly #acd: Acd;
  readonly #call: Call;
  readonly #config: Queue;
  readonly #agent: string;
  #talk: Timer | undefined;
  #hold: Timer | undefined;

  constructor(acd: Acd, call: Call, config: Queue, agent: string) {
    this.#acd = acd;
    this.#call = call;
    this.#config = config;
    this.#agent = agent;
    this.#talk = this.#watch('talk', config.talkAlarmMs);
  }

  /** The talk is in another state. */
  follow(state: TalkState): void {
    if (state === 'held') this.#hold ??= this.#watch('hold', this.#config.holdAlarmMs);
    else this.#endHold();
  }

  /** The talk is over. */
  end(): void {
    this.#talk?.cancel();
    this.#endHold();
  }

  #endHold(): void {
    this.#hold?.cancel();
    this.#hold = undefined;
  }

  #watch(what: TalkAlarm['what'], limitMs: number | undefined): Timer | undefined {
    if (limitMs === undefined) return undefined;
    return this.#acd.parts.clock.after(limitMs, () => {
      const { tenant, name: queue } = this.#config;
      const alarm = { tenant, queue, agent: this.#agent, callId: this.#call.id, what, limitMs };
      const why = `the ${what} lasts longer than ${Math.round(limitMs / 1000)} s`;
      this.#call.note('step', { step: `alarm ${queue}`, why });
      this.#call.log.warn(alarm, 'a talk or hold lasts longer than its queue has it');
      this.#acd.events.emit('talkAlarm', alarm);
    });
  }
}
