import type { QueueOptions, QueueOutcome } from '../call/outcomes.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Timer } from '../shared/clock.ts';
import type { Acd } from './acd.ts';
import { QueueSound } from './queue-sound.ts';
import { spokenPlace } from './spoken-place.ts';
import type { Visit } from './visit.ts';

type Announce = NonNullable<Queue['announce']>;

/**
 * What a caller lives through until an agent answers (等待): music and announcements, and the keys that he may leave with.
 * He waits within the queue's limit, and as long as he stays on the line.
 */
export class Waiting {
  readonly #visit: Visit;
  readonly #config: Queue;
  readonly #keys: string;
  readonly #limitMs: number;
  readonly #limit: Timer;
  readonly #sound: QueueSound;
  readonly #announcing: Timer | undefined;
  /** How many of the company's own prompts he was told. */
  #announced = 0;
  /** The key that the caller left with. */
  #key: string | undefined;

  constructor({ parts }: Acd, visit: Visit, config: Queue, { keys = '', maxWaitMs }: QueueOptions) {
    this.#visit = visit;
    this.#config = config;
    this.#keys = keys;
    this.#limitMs = maxWaitMs ?? config.maxWaitMs;
    this.#limit = parts.clock.after(this.#limitMs, () => visit.giveUp());
    this.#sound = new QueueSound(visit.call, config, parts);
    const { announce } = config;
    if (announce)
      this.#announcing = parts.clock.every(announce.everyMs, () =>
        this.#announce(announce, this.#nextOwn(announce)),
      );
  }

  /** The caller waits from here on, once more when an agent hung up before their talk. */
  begin(): void {
    this.#offer(this.#keys);
    this.#sound.start();
    const { announce } = this.#config;
    // Who is given an agent at once needs not be told where he stands.
    if (announce && this.#visit.place?.isOffered === false) this.#announce(announce, undefined);
  }

  /** An agent has answered. */
  pause(): void {
    this.#offer('');
    this.#sound.stop();
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
    this.#announcing?.cancel();
  }

  /** The company's own prompts take turns. */
  #nextOwn({ prompts }: Announce): string | undefined {
    if (prompts.length === 0) return undefined;
    this.#announced += 1;
    return prompts[(this.#announced - 1) % prompts.length];
  }

  /** Where he stands, then a prompt of the company's own. */
  #announce(announce: Announce, own: string | undefined): void {
    const { place } = this.#visit;
    if (!place) return;
    const said = [
      ...spokenPlace(place, announce),
      ...(own === undefined ? [] : [{ prompts: [own], why: own }]),
    ];
    if (said.length > 0) void this.#sound.say(said);
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
