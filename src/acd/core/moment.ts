import type { AcdCommand } from './commands.ts';
import { Deadlines } from './deadlines.ts';
import type { Agent, Queue, Reservation, Visit } from './state.ts';

/** What the parts of the core share while one input is taken: its time, what comes of it, and what is to be looked at. */
export class Moment {
  /** Integer ms; never runs back. */
  now = 0;
  readonly deadlines = new Deadlines<Agent | Reservation | Queue | Visit>();
  /** Queues in which something may be decided now. */
  readonly touched = new Set<Queue>();
  #commands: AcdCommand[] = [];

  begin(now: number): void {
    this.now = Math.max(this.now, now);
    this.#commands = [];
  }

  tell(command: AcdCommand): void {
    this.#commands.push(command);
  }

  get commands(): readonly AcdCommand[] {
    return this.#commands;
  }
}
