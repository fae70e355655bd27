import type { PartyName } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import type { Leg } from '../call/leg.ts';
import type { Timer } from '../shared/clock.ts';
import type { Subscription } from '../shared/events.ts';
import type { Seated } from './hearing.ts';
import { type Command, pressed } from './keys.ts';

/** Who has begun a code gets so long for each key of it. */
const KEY_MS = 8_000;

/** What a member tells the room. */
export interface MemberListener {
  /** His phone begins to hold, or takes up again. */
  onHold(): void;
  onCommand(command: Command): void;
}

/** Somebody in a room: the caller of his own call. */
export class Member implements Seated {
  readonly call: Call;
  readonly leg: Leg;
  readonly who: PartyName;
  readonly isHost: boolean;
  isMuted = false;
  /** Resolves when his part is over, rejects when the room has failed. */
  readonly stay: Promise<void>;
  readonly #since: number;
  readonly #met = new Set<string>();
  readonly #listener: MemberListener;
  readonly #holds: Subscription;
  #isSilent = false;
  #typed = '';
  #forgets: Timer | undefined;
  #free!: () => void;
  #fail!: (error: unknown) => void;

  constructor(call: Call, who: PartyName, isHost: boolean, listener: MemberListener) {
    this.call = call;
    this.leg = call.caller;
    this.who = who;
    this.isHost = isHost;
    this.#listener = listener;
    this.#since = call.now();
    this.stay = new Promise((resolve, reject) => {
      this.#free = resolve;
      this.#fail = reject;
    });
    this.#holds = this.leg.onHold(() => listener.onHold());
    this.leg.forgetDigits();
    this.leg.listen((digit) => this.#press(digit));
  }

  get held(): boolean {
    return this.leg.held;
  }

  /** What he says reaches nobody, or does again. */
  silence(isSilent: boolean): void {
    if (isSilent === this.#isSilent) return;
    this.#isSilent = isSilent;
    this.leg.media.mute({ in: isSilent });
  }

  /** He is in the room together with somebody else: for his record. */
  meets({ who: { name } }: Member): void {
    this.#met.add(name || 'anonymous');
  }

  /** His part is over; `room`: its number. */
  leave(room: string, by: 'caller' | 'engine'): void {
    this.#holds.off();
    this.#forgets?.cancel();
    this.leg.listen(undefined);
    const seconds = Math.round((this.call.now() - this.#since) / 1000);
    const met = this.#met.size === 0 ? 'nobody else came' : `met ${[...this.#met].join(', ')}`;
    this.call.note('step', { step: `conference ${room} → left`, why: `${seconds} s, ${met}` });
    this.call.note('disconnected', { target: room, by });
    if (!this.call.outcome) this.silence(false);
    this.free();
  }

  free(): void {
    this.#free();
  }

  fail(error: unknown): void {
    this.#fail(error);
  }

  #press(digit: string): void {
    this.#forgets?.cancel();
    const [typed, command] = pressed(this.#typed, digit, this.isHost);
    this.#typed = typed;
    if (typed !== '') {
      this.#forgets = this.call.context.clock.after(KEY_MS, () => {
        this.#typed = '';
      });
    }
    if (command) this.#listener.onCommand(command);
  }
}
