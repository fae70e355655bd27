import type { EventStore, Fact, StreamEvent } from '../events.ts';

export class MemoryEvents implements EventStore {
  readonly #streams = new Map<string, StreamEvent[]>();

  append(fact: Fact): void {
    const stream = this.#streams.get(fact.tenantId);
    if (stream) stream.push({ ...fact, seq: stream.length + 1 });
    else this.#streams.set(fact.tenantId, [{ ...fact, seq: 1 }]);
  }

  async read(tenantId: string, afterSeq: number, limit: number): Promise<readonly StreamEvent[]> {
    return (this.#streams.get(tenantId) ?? []).slice(afterSeq, afterSeq + limit);
  }

  async head(tenantId: string): Promise<number> {
    return this.#streams.get(tenantId)?.length ?? 0;
  }
}
