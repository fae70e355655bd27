import type { AgentEvent } from '../../acd/agent-events.ts';
import { type AgentTime, AgentTimeline } from '../../metric/agent-timeline.ts';
import { ENVELOPE, type FlatEvents, type FlatLayout, flatLength } from './flat-events.ts';
import { renameAgentEvent } from './former-names.ts';

/** What agents do, made of the events of all batches since the process began. */
export class AgentTimes {
  readonly #layout: FlatLayout;
  readonly #type: number;
  readonly #timeline = new AgentTimeline();

  /** `lasting`: times of a process that was cut, whose events go on. */
  constructor(layout: FlatLayout, lasting: readonly AgentTime[]) {
    this.#layout = layout;
    this.#timeline.resume(lasting);
    this.#type = layout.types.findIndex(([name]) => name === 'agent');
  }

  /** Times that ended or began in a batch, in order. */
  absorb(batch: FlatEvents): readonly AgentTime[] {
    const times: AgentTime[] = [];
    for (let index = 0; index < batch.length; index += flatLength(batch, index, this.#layout)) {
      if (batch[index] === this.#type) times.push(...this.#timeline.take(this.#eventAt(batch, index)));
    }
    return times;
  }

  #eventAt(batch: FlatEvents, index: number): AgentEvent {
    const [type, fields] = this.#layout.types[this.#type]!;
    const event: Record<string, unknown> = { type, at: this.#layout.epoch + (batch[index + 2] as number) };
    for (const [place, field] of fields.entries()) {
      event[field] = batch[index + ENVELOPE + place] ?? undefined;
    }
    renameAgentEvent(event);
    return event as unknown as AgentEvent;
  }
}
