import type { QueueOptions, QueueOutcome } from '../call/outcomes.ts';
import type { Playback } from '../media/media.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Acd } from './acd.ts';
import type { Visit } from './visit.ts';

/**
 * What a caller lives through until an agent answers (等待): music, and the keys that he may leave with. He waits within
 * the queue's limit, and as long as he stays on the line.
 */
export class Waiting {
  readonly #acd: Acd;
  readonly #visit: Visit;
  readonly #config: Queue;
  readonly #keys: string;
  readonly #limitMs: number;
  readonly #limit: { cancel(): void };
  #music: Playback | undefined;
  /** The key that the caller left with. */
  #key: string | undefined;

  constructor(acd: Acd, visit: Visit, config: Queue, { keys = '', maxWaitMs }: QueueOptions) {
    this.#acd = acd;
    this.#visit = visit;
    this.#config = config;
    this.#keys = keys;
    this.#limitMs = maxWaitMs ?? config.maxWaitMs;
    this.#limit = acd.parts.clock.after(this.#limitMs, () => visit.giveUp());
  }

  /** The caller waits from here on, once more when an agent hung up before their talk. */
  begin(): void {
    this.#offer(this.#keys);
    const { tenant, music } = this.#config;
    this.#music = this.#visit.call.caller.media.play(this.#acd.parts.promptItems(tenant, [music]), {
      repeat: Number.POSITIVE_INFINITY,
    });
  }

  /** An agent has answered. */
  pause(): void {
    this.#offer('');
    this.#music?.stop();
  }

  /** How he left who waits no longer. */
  outcome(): QueueOutcome {
    const { call } = this.#visit;
    const step = `queue ${this.#config.name}`;
    if (this.#key !== undefined) {
      call.note('keyed', { purpose: step, digits: this.#key });
      return { reason: 'key', digit: this.#key };
    }
    const why = `nobody answered in ${Math.round(this.#limitMs / 1000)} s`;
    call.note('step', { step, why });
    return { reason: 'timeout' };
  }

  end(): void {
    this.pause();
    this.#limit.cancel();
  }

  /** Lets the caller leave with one of these keys; with none, keys mean nothing. */
  #offer(keys: string): void {
    const onKey = (digit: string) => {
      if (!keys.includes(digit)) return;
      this.#key = digit;
      this.#visit.giveUp();
    };
    this.#visit.call.caller.listen(keys === '' ? undefined : onKey);
  }
}
