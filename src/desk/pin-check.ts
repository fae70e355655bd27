import { createHash, timingSafeEqual } from 'node:crypto';
import type { Party } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import { gather, play } from '../call/gather.ts';
import { sleep } from '../shared/deadline.ts';
import { FailureLimiter } from '../shared/failure-limiter.ts';
import { atDesk } from './at-desk.ts';
import { DeskError } from './desk-error.ts';
import type { DeskParts } from './desk-parts.ts';

/** So often a PIN is asked for in a call. */
const TRIES = 3;
/** So many wrong ones, and no more is taken of that agent's at that phone until a minute has passed without. */
const MAX_FAILURES = 5;
/** The same of all agents' at one phone: who tries one PIN on everybody gets no further. */
const MAX_AT_PHONE = 10;
/** Each wrong one holds up the next by so much more. */
const DELAY_MS = 1_000;

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Asks who signs in at a phone that is not his own for his PIN; who guesses is slowed down. */
export class PinCheck {
  readonly #parts: DeskParts;
  readonly #failures: FailureLimiter;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#failures = new FailureLimiter(parts.clock);
  }

  /** Throws DeskError `forbidden`, `wrong-pin`, `too-many-tries` unless he may sign in there. */
  async ask(call: Call, { tenant, number }: Party, id: string): Promise<void> {
    const { agent } = atDesk(this.#parts, tenant, id);
    if (agent.extension === number) return;
    const { pin } = agent;
    if (pin === undefined) throw new DeskError('forbidden', `agent ${id} has no PIN to sign in at ${number}`);
    const phone = `${tenant}/${number}`;
    const key = `${phone}/${id}`;
    const check = () => {
      if (this.#failures.count(key) < MAX_FAILURES && this.#failures.count(phone) < MAX_AT_PHONE) return;
      throw new DeskError('too-many-tries', `too many wrong PINs of agent ${id} at ${number}`);
    };
    for (let attempt = 0; attempt < TRIES; attempt++) {
      check();
      const keyed = await this.#keyed(call, tenant);
      // of many calls at once none gets more
      check();
      if (timingSafeEqual(digest(keyed), digest(pin))) return this.#failures.forget(key);
      this.#failures.fail(phone);
      const failures = this.#failures.fail(key);
      call.log.warn({ agent: id, extension: number, failures }, 'a wrong PIN');
      await sleep(this.#parts.clock, failures * DELAY_MS, call.signal);
      await play(call, call.caller, this.#parts.promptItems(tenant, ['wrong-pin']));
    }
    throw new DeskError('wrong-pin', `agent ${id} gave no right PIN at ${number}`);
  }

  /** What was keyed is in no record. */
  async #keyed(call: Call, tenant: string): Promise<string> {
    const { digits } = await gather(call, call.caller, {
      items: this.#parts.promptItems(tenant, ['enter-pin']),
      min: 1,
      max: 12,
      timeoutMs: 10_000,
      interDigitMs: 4_000,
      terminator: '#',
    });
    return digits;
  }
}
