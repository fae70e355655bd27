import type { AskEnding, CallEvent, CallFacts, SegmentKind } from '../call/call-events.ts';
import type { AskOutcome, CdrAsk } from './cdr.ts';
import type { Mutable } from './mutable.ts';

const OUTCOME_OF: Readonly<Record<AskEnding, AskOutcome>> = {
  answered: 'answered',
  timeout: 'overflow_timeout',
  full: 'overflow_full',
  'no-agents': 'overflow_no_agent',
  closed: 'overflow_no_agent',
  key: 'left_by_key',
  moved: 'moved',
};

/**
 * What a call asked of queues (人工请求): one ask a queue, with one outcome each. Who comes back to a queue that he left
 * unserved waits on; who was served there once was. A call back or a message that follows is what became of the ask.
 */
export class Asks {
  readonly all: Mutable<CdrAsk>[] = [];
  /** He is in line. */
  #open: Mutable<CdrAsk> | undefined;
  #since = 0;
  #isRinging = false;
  /** An agent of the queue has answered and may still hang up before the talk. */
  #answeredMs: number | undefined;

  /** The queue whose caller he is now: in line, or served. */
  get queue(): string | null {
    if (this.#open) return this.#open.queue;
    const last = this.all.at(-1);
    return last?.outcome === 'answered' ? last.queue : null;
  }

  /** One of the call's events, in their order; those that say nothing of asks are passed over. */
  take(event: CallEvent, atMs: number): void {
    switch (event.type) {
      case 'asked':
        return this.#ask(event, atMs);
      case 'askEnded':
        return this.#leave(event, atMs);
      case 'rung':
        if (this.#open && event.outcome === 'answered') this.#answeredMs = atMs;
        return;
      case 'segment':
        return this.#enter(event.kind);
      case 'callbackPromised':
        return this.#leftFor('callback');
    }
  }

  #ask({ queue, priority }: CallFacts['asked'], atMs: number): void {
    const known = this.all.find((ask) => ask.queue === queue);
    if (known?.outcome === 'answered') return;
    this.#open = known ?? {
      queue,
      priority,
      startMs: atMs,
      waitMs: 0,
      outcome: 'abandoned_queue',
      ending: null,
      agent: null,
      previous: this.all.length > 0 ? this.all.length - 1 : null,
    };
    this.#open.ending = null;
    this.#since = atMs;
    this.#isRinging = false;
    this.#answeredMs = undefined;
    if (!known) this.all.push(this.#open);
  }

  /** A segment begins: back in line the agent who answered does not count. */
  #enter(kind: SegmentKind): void {
    this.#isRinging = kind === 'ring';
    if (kind === 'queue') this.#answeredMs = undefined;
    if (kind === 'voicemail') this.#leftFor('to_voicemail');
  }

  #leave({ queue, ending, agent }: CallFacts['askEnded'], atMs: number): void {
    if (this.#open?.queue !== queue) return;
    this.#open.ending = ending;
    if (agent !== '') this.#open.agent = agent;
    this.#close(OUTCOME_OF[ending], ending === 'answered' ? (this.#answeredMs ?? atMs) : atMs);
  }

  /** What the caller got instead of the agent whom he asked for last. */
  #leftFor(outcome: 'callback' | 'to_voicemail'): void {
    const last = this.all.at(-1);
    if (last && last !== this.#open && last.outcome !== 'answered') last.outcome = outcome;
  }

  /** The call is over: who was in line then gave up, unless an agent had answered. */
  end(atMs: number): void {
    if (this.#answeredMs !== undefined) this.#close('answered', this.#answeredMs);
    else this.#close(this.#isRinging ? 'abandoned_ring' : 'abandoned_queue', atMs);
  }

  #close(outcome: AskOutcome, atMs: number): void {
    if (!this.#open) return;
    this.#open.waitMs += atMs - this.#since;
    this.#open.outcome = outcome;
    this.#open = undefined;
  }
}
