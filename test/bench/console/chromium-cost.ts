/** What a page costs Chromium. */
import type { CDPSession } from 'playwright-core';

export const round = (value: number, digits = 2) => Number(value.toFixed(digits));

/** Seconds, bytes and counts as Chromium has them. */
export async function metricsOf(session: CDPSession): Promise<Record<string, number>> {
  const { metrics } = await session.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** Processor time of the page while work goes on, in ms for each update. */
export async function costOf(session: CDPSession, work: () => Promise<number>) {
  const before = await metricsOf(session);
  const updates = await work();
  const after = await metricsOf(session);
  const each = (name: string) => round(((after[name]! - before[name]!) * 1000) / updates);
  return {
    updates,
    scriptMs: each('ScriptDuration'),
    taskMs: each('TaskDuration'),
    layoutMs: each('LayoutDuration'),
    styleMs: each('RecalcStyleDuration'),
  };
}

/** Heap and DOM, after what is not used any more was swept out. */
export async function sizeOf(session: CDPSession) {
  await session.send('HeapProfiler.collectGarbage');
  const { JSHeapUsedSize: heap = 0, Nodes: nodes = 0 } = await metricsOf(session);
  return { heapMb: round(heap / 1e6), nodes };
}
