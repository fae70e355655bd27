import type { OnCall } from './agent.ts';
import type { CoreState } from './core-state.ts';
import type { OpenLeg } from './inputs.ts';
import type { Phone, PhoneSetting } from './rest.ts';
import type { PhoneLeg } from './state.ts';

/** Of several calls of a phone the one that tells what happens there. */
const WEIGHT: Readonly<Record<OnCall, number>> = {
  conference: 6,
  consulting: 5,
  talking: 4,
  dialling: 3,
  hold: 2,
  ringing: 1,
};

type PhoneState = Pick<CoreState, 'reachable' | 'settings' | 'legs' | 'legsOf'>;

/** Extensions of a company: whose phones can be reached, and which legs they have. */
export class Phones {
  readonly #reachable: Set<string>;
  readonly #settings: Map<string, PhoneSetting>;
  readonly #legs: Map<string, PhoneLeg>;
  readonly #of: Map<string, Set<PhoneLeg>>;

  constructor({ reachable, settings, legs, legsOf }: PhoneState) {
    this.#reachable = reachable;
    this.#settings = settings;
    this.#legs = legs;
    this.#of = legsOf;
  }

  isReachable(extension: string): boolean {
    return this.#reachable.has(extension);
  }

  at(extension: string): Phone {
    return { isReachable: this.isReachable(extension), setting: this.#settings.get(extension) };
  }

  isOnCall(extension: string): boolean {
    return this.#of.has(extension);
  }

  /** The call of who sits there that tells what he does. */
  ownCall(extension: string): PhoneLeg | undefined {
    let first: PhoneLeg | undefined;
    for (const leg of this.#of.get(extension) ?? [])
      if (leg.isOwn && (!first || WEIGHT[leg.phase] > WEIGHT[first.phase])) first = leg;
    return first;
  }

  set(extension: string, isReachable: boolean, setting: PhoneSetting | undefined): void {
    if (isReachable) this.#reachable.add(extension);
    else this.#reachable.delete(extension);
    if (setting) this.#settings.set(extension, setting);
    else this.#settings.delete(extension);
  }

  /** Undefined: it is known. */
  opened(id: string, leg: PhoneLeg): PhoneLeg | undefined {
    if (this.#legs.has(id)) return undefined;
    this.#legs.set(id, leg);
    const legs = this.#of.get(leg.extension);
    if (legs) legs.add(leg);
    else this.#of.set(leg.extension, new Set([leg]));
    return leg;
  }

  leg(id: string): PhoneLeg | undefined {
    return this.#legs.get(id);
  }

  /** The extension that had the leg. */
  ended(id: string): string | undefined {
    const leg = this.#legs.get(id);
    if (!leg) return undefined;
    this.#legs.delete(id);
    const legs = this.#of.get(leg.extension)!;
    legs.delete(leg);
    if (legs.size === 0) this.#of.delete(leg.extension);
    return leg.extension;
  }

  /** Takes over what is true: legs that are not open have ended, others were not told of. */
  replace(open: readonly OpenLeg[], reachable: readonly string[]): void {
    const ids = new Set(open.map(({ leg }) => leg));
    for (const id of [...this.#legs.keys()]) if (!ids.has(id)) this.ended(id);
    for (const { leg, extension, callId, phase = 'talking' } of open)
      if (extension !== undefined) this.opened(leg, { extension, callId, phase, isOwn: true });
    this.#reachable.clear();
    for (const extension of reachable) this.#reachable.add(extension);
  }
}
