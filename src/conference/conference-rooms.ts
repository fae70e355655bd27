import { answer } from '../call/answer.ts';
import { isSamePin, PinAsker } from '../call/ask-pin.ts';
import type { Call } from '../call/call.ts';
import { play } from '../call/gather.ts';
import type { ConferenceOutcome } from '../call/outcomes.ts';
import type { Conference } from '../provisioning/kind/conference.ts';
import type { CauseSlug } from '../shared/cause.ts';
import type { ConferenceParts } from './conference-parts.ts';
import { Room } from './room.ts';

/** How the call of a phone ends that dialled a room. */
const CAUSES: Readonly<Record<ConferenceOutcome['reason'], CauseSlug>> = {
  attended: 'normal',
  full: 'busy',
  locked: 'forbidden',
  'wrong-pin': 'forbidden',
  unavailable: 'unavailable',
};

interface Part {
  readonly isHost: boolean;
}
const HOST: Part = { isHost: true };
const MEMBER: Part = { isHost: false };

/** The rooms of all companies where callers talk with each other (会议室). */
export class ConferenceRooms {
  readonly #parts: ConferenceParts;
  readonly #pins: PinAsker;
  /** Where somebody is in, by `tenant/number`. */
  readonly #rooms = new Map<string, Room>();

  constructor(parts: ConferenceParts) {
    this.#parts = parts;
    this.#pins = new PinAsker(parts.clock);
  }

  /** What serves a caller at the number of a room; undefined: no room of the company has it. */
  at(number: string, tenant: string): ((call: Call) => Promise<void>) | undefined {
    if (!this.#parts.provisioning.snapshot.get('conference', tenant, number)) return undefined;
    return async (call) => {
      const { reason } = await this.enter(call, number);
      call.end(CAUSES[reason]);
    };
  }

  /**
   * Lets a caller in who has the PIN, as long as there is a place. Resolves when he is out again, or was not let in and heard why;
   * rejects with ClosedError when he hangs up.
   */
  async enter(call: Call, number: string): Promise<ConferenceOutcome> {
    const { provisioning, media, tellOfRecording } = this.#parts;
    const settings = provisioning.snapshot.get('conference', call.arrival.tenantId, number);
    if (!settings) return this.#turnAway(call, number, 'unavailable', 'there is no such room any more');
    await answer(call);
    call.segment('ivr', `conference ${number}`);
    if (!media.capabilities.conference)
      return this.#turnAway(call, number, 'unavailable', 'the media engine cannot mix', 'not-possible');
    const part = await this.#partOf(call, settings);
    if (part === 'too-many-tries')
      return this.#turnAway(call, number, 'wrong-pin', 'too many wrong PINs', 'too-many-tries');
    if (part === 'wrong-pin') return this.#turnAway(call, number, 'wrong-pin', 'no right PIN was keyed');
    if (settings.record) await tellOfRecording(call);
    call.assertOpen();
    const room = this.#roomOf(settings);
    const refusal = room.refusal(part.isHost);
    if (refusal) return this.#turnAway(call, number, refusal, `it is ${refusal}`, `conference-${refusal}`);
    const since = call.now();
    await room.attend(call, part.isHost);
    return { reason: 'attended', ms: call.now() - since };
  }

  #roomOf(settings: Conference): Room {
    const key = `${settings.tenant}/${settings.number}`;
    const open = this.#rooms.get(key);
    if (open) return open;
    const room = new Room(this.#parts, settings, () => this.#rooms.delete(key));
    this.#rooms.set(key, room);
    return room;
  }

  /** Asks for a PIN where the room has one. Who needs none keys # alone, or nothing. */
  async #partOf(
    call: Call,
    { tenant, number, hostPin, memberPin }: Conference,
  ): Promise<Part | 'wrong-pin' | 'too-many-tries'> {
    if (hostPin === undefined && memberPin === undefined) return MEMBER;
    const { promptItems } = this.#parts;
    const prompt = memberPin === undefined ? 'conference-pin-or-none' : 'conference-pin';
    return this.#pins.ask<Part>(call, {
      lock: `conference ${number}`,
      from: `${tenant}/${call.arrival.caller}`,
      ask: promptItems(tenant, [prompt], call.speech),
      wrong: promptItems(tenant, ['wrong-pin'], call.speech),
      opens: (digits) => {
        if (hostPin !== undefined && isSamePin(digits, hostPin)) return HOST;
        return isSamePin(digits, memberPin ?? '') ? MEMBER : undefined;
      },
    });
  }

  async #turnAway(
    call: Call,
    number: string,
    reason: Exclude<ConferenceOutcome['reason'], 'attended'>,
    why: string,
    prompt?: string,
  ): Promise<ConferenceOutcome> {
    const { promptItems } = this.#parts;
    call.note('step', { step: `conference ${number}`, why });
    if (prompt !== undefined)
      await play(call, call.caller, promptItems(call.arrival.tenantId, [prompt], call.speech));
    return { reason };
  }
}
