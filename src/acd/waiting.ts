import type { QueueOptions } from '../call/outcomes.ts';
import type { Queue } from '../provisioning/kind/queue.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import type { Subscription } from '../shared/events.ts';
import type { Acd } from './acd.ts';
import { inPeak, spokenPeak } from './in-peak.ts';
import { QueueSound } from './queue-sound.ts';
import { choiceOf, type Offer, spokenOffer } from './spoken-offer.ts';
import { type Said, spokenPlace } from './spoken-place.ts';
import type { Visit } from './visit.ts';

type Announce = NonNullable<Queue['announce']>;

/** How a caller leaves who waits no longer. */
export type Departure =
  | { readonly reason: 'timeout' }
  /** `since`: his place in line. */
  | { readonly reason: 'callback'; readonly since: number }
  | { readonly reason: 'voicemail'; readonly mailbox: string }
  | { readonly reason: 'key'; readonly digit: string };

/** Who is to press a key to keep waiting gets so long for it. */
const ANSWER_MS = 8_000;

/**
 * What a caller lives through until an agent answers (等待): music and announcements, and the keys that he may leave with.
 */
export class Waiting {
  readonly #clock: Clock;
  readonly #visit: Visit;
  readonly #config: Queue;
  /** Those of the flow: they count from the beginning, and before those of the queue. */
  readonly #keys: string;
  readonly #sound: QueueSound;
  /** What he is told first of all. */
  readonly #welcome: readonly Said[];
  readonly #timers: Timer[] = [];
  /** Of who is to press a key to keep waiting. */
  #answerBy: Timer | undefined;
  /** The queue's own keys were offered to him. */
  #hasOffer = false;
  /** How many of the company's own prompts he was told. */
  #announced = 0;
  /** While nobody has answered: who hangs up then has abandoned the queue. */
  #abandonment: Subscription | undefined;
  #departure: Departure | undefined;
  #whyGone = '';

  constructor(acd: Acd, visit: Visit, queue: Queue, { keys = '' }: QueueOptions) {
    const { parts } = acd;
    const isPeak = acd.isPeak(queue.tenant, queue.name);
    const config = isPeak ? inPeak(queue) : queue;
    this.#clock = parts.clock;
    this.#visit = visit;
    this.#config = config;
    this.#welcome = isPeak ? spokenPeak(queue) : [];
    this.#keys = keys;
    this.#sound = new QueueSound(visit.call, config, parts);
    const { announce, offer } = config;
    if (announce) this.#every(announce.everyMs, () => this.#announce(announce));
    if (offer) this.#every(offer.afterMs, () => void this.#offer(offer));
  }

  /** The caller waits from here on, once more when an agent hung up before their talk. */
  begin(): void {
    const { announce, offer, name } = this.#config;
    const { call, askedAt } = this.#visit;
    if (!call.outcome)
      this.#abandonment = call.onEnd(() => {
        const waitedMs = call.now() - (askedAt ?? call.now());
        call.note('abandoned', { queue: name, waitedMs });
      });
    if (this.#keys !== '' || offer) this.#visit.call.caller.listen((digit) => this.#keyed(digit));
    const { place } = this.#visit;
    // Who is given an agent at once needs not be told where he stands.
    const isToHear = place && !place.isOffered;
    const ofPlace = isToHear && announce ? spokenPlace(place, announce) : [];
    this.#sound.start(isToHear ? [...this.#welcome, ...ofPlace] : []);
  }

  /** An agent has answered. */
  pause(): void {
    this.#abandonment?.off();
    this.#visit.call.caller.listen(undefined);
    this.#answerBy?.cancel();
    this.#sound.stop();
  }

  /** How he leaves who waits no longer. */
  departure(): Departure {
    const { name } = this.#config;
    if (this.#whyGone !== '') this.#visit.call.note('step', { step: `queue ${name}`, why: this.#whyGone });
    return this.#departure!;
  }

  end(): void {
    this.pause();
    for (const timer of this.#timers) timer.cancel();
  }

  #every(ms: number, act: () => void): void {
    this.#timers.push(this.#clock.every(ms, act));
  }

  /** The company's own prompts take turns. */
  #nextOwn({ prompts }: Announce): string | undefined {
    if (prompts.length === 0) return undefined;
    this.#announced += 1;
    return prompts[(this.#announced - 1) % prompts.length];
  }

  /** Where he stands, then a prompt of the company's own. */
  #announce(announce: Announce): void {
    const { place } = this.#visit;
    if (!place) return;
    const own = this.#nextOwn(announce);
    const said = spokenPlace(place, announce);
    if (own !== undefined) said.push({ prompts: [own], why: own });
    if (said.length > 0) void this.#sound.say(said);
  }

  /** Offers him the queue's keys, from now on. */
  async #offer(offer: Offer): Promise<void> {
    if (!this.#visit.place) return;
    this.#hasOffer = true;
    this.#answerBy?.cancel();
    const hasHeard = await this.#sound.say(spokenOffer(offer));
    if (!hasHeard || offer.ifSilent === 'wait') return;
    this.#answerBy = this.#clock.after(ANSWER_MS, () => {
      // Not while somebody is rung for him: he will be asked again.
      if (this.#visit.place?.isOffered === false)
        this.#giveUp(`did not press ${offer.keepWaiting} to keep waiting`);
    });
  }

  #keyed(digit: string): void {
    const { offer } = this.#config;
    if (this.#keys.includes(digit)) return this.#leave({ reason: 'key', digit }, digit);
    const choice = offer && this.#hasOffer ? choiceOf(offer, digit) : undefined;
    if (choice === 'callback') {
      const { place } = this.#visit;
      if (place) this.#leave({ reason: 'callback', since: place.since }, digit);
    }
    if (choice === 'voicemail')
      this.#leave({ reason: 'voicemail', mailbox: offer!.voicemail!.mailbox }, digit);
    if (choice === 'keepWaiting') {
      this.#noteKey(digit);
      this.#answerBy?.cancel();
      this.#sound.hush();
    }
  }

  #leave(departure: Departure, digit: string): void {
    if (this.#departure) return;
    this.#noteKey(digit);
    this.#departure = departure;
    this.#visit.giveUp();
  }

  #giveUp(why: string): void {
    if (this.#departure) return;
    this.#departure = { reason: 'timeout' };
    this.#whyGone = why;
    this.#visit.giveUp();
  }

  #noteKey(digits: string): void {
    this.#visit.call.note('keyed', { purpose: `queue ${this.#config.name}`, digits });
  }
}
