import { expect } from 'vitest';
import type { AgentEvent } from '../../src/acd/agent-events.ts';
import type { CallEvent } from '../../src/call/call-events.ts';
import type { ComparedTable, Difference } from '../../src/store/compare-table.ts';
import type { Fact, JournalEvent } from '../../src/store/events.ts';
import { BatchDivider, factsOf, ROW_LAYOUT } from '../../src/store/journal/event-rows.ts';
import { FlatEncoder, type FlatEvents } from '../../src/store/journal/flat-events.ts';
import { openDatabase } from '../../src/store/open-store.ts';
import { CALL_PROJECTIONS } from '../../src/store/projections.ts';
import { rebuild } from '../../src/store/rebuild.ts';
import type { StoreLocation } from '../../src/store/store.ts';

export interface Rebuilt {
  readonly tables: readonly ComparedTable[];
  readonly differences: readonly Difference[];
}

/** Makes the projections of a database anew, or only compares them, after its store was closed. */
export async function rebuilt(location: StoreLocation, checks: boolean): Promise<Rebuilt> {
  const database = await openDatabase(location);
  const differences: Difference[] = [];
  const onDifference = (difference: Difference) => void differences.push(difference);
  try {
    const tables = await rebuild(database, { checks, onDifference, onProgress: () => {} });
    return { tables, differences };
  } finally {
    await database.close();
  }
}

/** What is stored is what the events say. */
export async function expectRebuilt(location: StoreLocation): Promise<readonly ComparedTable[]> {
  const { tables, differences } = await rebuilt(location, true);
  expect(differences).toEqual([]);
  const ofCalls = new Set<string>(CALL_PROJECTIONS.map(({ table }) => table));
  for (const { table, compared, unexplained } of tables) {
    if (ofCalls.has(table)) expect(compared, table).toBeGreaterThan(0);
    expect(unexplained, table).toBe(0);
  }
  return tables;
}

/** Events of a batch, for a test: few, so that calls span many. */
const BATCH = 7;

/** Rows of the event streams give back what calls and agents told, company by company. */
export function proveStreams(events: readonly CallEvent[], agentEvents: readonly AgentEvent[]): void {
  const told: readonly JournalEvent[] = [...events, ...agentEvents];
  const encoder = new FlatEncoder(told[0]?.at ?? 0);
  const divider = new BatchDivider(encoder.layout);
  const read = new Map<string, Fact[]>();
  for (let from = 0; from < told.length; from += BATCH) {
    const flat: FlatEvents = [];
    for (const event of told.slice(from, from + BATCH)) encoder.encode(event, flat);
    for (const { tenantId, body } of divider.divide(JSON.parse(JSON.stringify(flat)))) {
      read.set(tenantId, [...(read.get(tenantId) ?? []), ...factsOf(tenantId, body, ROW_LAYOUT.types)]);
    }
  }
  const tenants = new Set(told.map(({ tenantId }) => tenantId));
  for (const tenantId of tenants) {
    const ours = told.filter((event) => event.tenantId === tenantId);
    expect(read.get(tenantId)).toEqual(ours.map(withoutNumber));
  }
}

/** A call's event has another number in its stream. */
const withoutNumber = (event: JournalEvent): Omit<JournalEvent, 'seq'> =>
  Object.fromEntries(Object.entries(event).filter(([name]) => name !== 'seq')) as never;
