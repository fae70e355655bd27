import type { Party } from '../call/arrival.ts';
import { isSamePin, PinAsker } from '../call/ask-pin.ts';
import type { Call } from '../call/call.ts';
import { atDesk } from './at-desk.ts';
import { DeskError } from './desk-error.ts';
import type { DeskParts } from './desk-parts.ts';

/** What the right PIN of an agent opens. */
const SIGN_IN = {};

/** Asks who signs in at a phone that is not his own for his PIN. */
export class PinCheck {
  readonly #parts: DeskParts;
  readonly #asker: PinAsker;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#asker = new PinAsker(parts.clock);
  }

  /** Throws DeskError `forbidden`, `wrong-pin`, `too-many-tries` unless he may sign in there. */
  async ask(call: Call, { tenant, number }: Party, id: string): Promise<void> {
    const { promptItems } = this.#parts;
    const { agent } = atDesk(this.#parts, tenant, id);
    if (agent.extension === number) return;
    const { pin } = agent;
    if (pin === undefined) throw new DeskError('forbidden', `agent ${id} has no PIN to sign in at ${number}`);
    const opened = await this.#asker.ask(call, {
      lock: id,
      from: `${tenant}/${number}`,
      ask: promptItems(tenant, ['enter-pin'], call.speech),
      wrong: promptItems(tenant, ['wrong-pin'], call.speech),
      opens: (digits) => (isSamePin(digits, pin) ? SIGN_IN : undefined),
    });
    if (opened === 'too-many-tries')
      throw new DeskError('too-many-tries', `too many wrong PINs of agent ${id} at ${number}`);
    if (opened === 'wrong-pin')
      throw new DeskError('wrong-pin', `agent ${id} gave no right PIN at ${number}`);
  }
}
