import type { AcdCommand } from './commands.ts';
import type { CoreState, Due } from './core-state.ts';
import { Deadlines } from './deadlines.ts';
import type { Queue } from './state.ts';

/** What the parts of the core share while one input is taken: its time, what comes of it, and what is to be looked at. */
export class Moment {
  /** What they know. */
  readonly state: CoreState;
  readonly deadlines: Deadlines<Due>;
  /** Queues in which something may be decided now. */
  readonly touched = new Set<Queue>();
  #commands: AcdCommand[] = [];

  constructor(state: CoreState) {
    this.state = state;
    this.deadlines = new Deadlines(state.deadlines);
  }

  get now(): number {
    return this.state.now;
  }

  begin(now: number): void {
    this.state.now = Math.max(this.state.now, now);
    this.#commands = [];
  }

  tell(command: AcdCommand): void {
    this.#commands.push(command);
  }

  get commands(): readonly AcdCommand[] {
    return this.#commands;
  }
}
