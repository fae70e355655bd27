/**
 * Temporary switches: night mode, an announcement of a power cut. Turned by API or feature code, on until
 * turned off or until their time is over. They survive hot reloads; `save` keeps them over restarts.
 */
import type { Clock } from '../../shared/clock.ts';
import { TypedEvents } from '../../shared/events.ts';

export interface SwitchState {
  readonly tenant: string;
  readonly name: string;
  /** Ms since 1970; undefined: until turned off. */
  readonly untilMs: number | undefined;
}

export class Switches {
  readonly #clock: Clock;
  readonly #save: (state: SwitchState, on: boolean) => void;
  readonly #on = new Map<string, SwitchState>();
  readonly events = new TypedEvents<{ turned: { readonly tenant: string; readonly name: string } }>();

  constructor(
    clock: Clock,
    on: readonly SwitchState[] = [],
    save: (state: SwitchState, on: boolean) => void = () => {},
  ) {
    this.#clock = clock;
    this.#save = save;
    this.replace(on);
  }

  isOn(tenant: string, name: string): boolean {
    return this.leftMs(tenant, name) > 0;
  }

  /** How long it is on, Infinity until it is turned off; 0: it is off. */
  leftMs(tenant: string, name: string): number {
    const state = this.#on.get(`${tenant}/${name}`);
    if (!state) return 0;
    return state.untilMs === undefined ? Infinity : Math.max(0, state.untilMs - this.#clock.now());
  }

  turn(tenant: string, name: string, on: boolean, untilMs?: number): void {
    const state = { tenant, name, untilMs };
    if (on) this.#on.set(`${tenant}/${name}`, state);
    else this.#on.delete(`${tenant}/${name}`);
    this.#save(state, on);
    this.events.emit('turned', { tenant, name });
  }

  /** Takes `on` in place of all that were on: another process may have turned some. */
  replace(on: readonly SwitchState[]): void {
    const before = [...this.#on.values()];
    this.#on.clear();
    for (const state of on) this.#on.set(`${state.tenant}/${state.name}`, state);
    for (const { tenant, name } of [...before, ...on]) this.events.emit('turned', { tenant, name });
  }

  /** Turns it over, for feature codes; the new state. */
  toggle(tenant: string, name: string): boolean {
    const on = !this.isOn(tenant, name);
    this.turn(tenant, name, on);
    return on;
  }

  /** Those that are on. */
  all(): readonly SwitchState[] {
    return [...this.#on.values()].filter((state) => this.isOn(state.tenant, state.name));
  }
}
