import { TypedEvents } from '../../shared/events.ts';
import type { EventStore, Fact, StreamEvent, StreamGrowth, ToldFact } from '../events.ts';

interface Stream {
  head: number;
  events: StreamEvent[];
}

export class MemoryEvents implements EventStore {
  readonly growth = new TypedEvents<StreamGrowth>();
  readonly #streams = new Map<string, Stream>();

  append(fact: Fact): void {
    let stream = this.#streams.get(fact.tenantId);
    if (!stream) {
      stream = { head: 0, events: [] };
      this.#streams.set(fact.tenantId, stream);
    }
    stream.events.push({ ...fact, seq: ++stream.head });
    this.growth.emit('grown', { tenantId: fact.tenantId });
  }

  async read(tenantId: string, afterSeq: number, limit: number): Promise<readonly StreamEvent[]> {
    const events = this.#streams.get(tenantId)?.events ?? [];
    return events.filter(({ seq }) => seq > afterSeq).slice(0, limit);
  }

  async tell(fact: ToldFact): Promise<void> {
    this.append(fact);
  }

  async head(tenantId: string): Promise<number> {
    return this.#streams.get(tenantId)?.head ?? 0;
  }

  async drop(tenantId: string, before: number): Promise<number> {
    const stream = this.#streams.get(tenantId);
    if (!stream) return 0;
    const kept = stream.events.filter(({ at }) => at >= before);
    const dropped = stream.events.length - kept.length;
    stream.events = kept;
    return dropped;
  }
}
