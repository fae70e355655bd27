import { zoneOf } from '../calendar/zone.ts';
import type { Replayed } from './replay.ts';

/** A replay for people: counts, each change with how often it happened, and the calls that go otherwise. */
export function renderReplay(results: readonly Replayed[], timeZone: string): string {
  const otherwise = results.filter(({ same }) => same === false);
  const known = results.filter(({ same }) => same !== undefined).length;
  const lines = [
    `${results.length} calls: ${known - otherwise.length} as before, ${otherwise.length} otherwise` +
      (known < results.length ? `, ${results.length - known} without a known route` : ''),
    ...countsOf(results.filter(({ same }) => same !== true)),
  ];
  if (otherwise.length > 0) lines.push('');
  for (const result of otherwise) {
    const { call, path } = result;
    const time = zoneOf(timeZone).localTime(call.at).replace('T', ' ');
    lines.push(`${time}  ${call.caller || '(withheld)'}  ${call.called}`);
    lines.push(`  - ${routeText(call.route ?? [])}`, `  + ${routeText(result.route)}`);
    for (const { step, why } of path) lines.push(`      ${step}: ${why}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The same as JSON lines: one call each, then the counts. */
export function renderReplayedJson(results: readonly Replayed[]): string {
  const otherwise = results.filter(({ same }) => same === false).length;
  const unknown = results.filter(({ same }) => same === undefined).length;
  const summary = { calls: results.length, same: results.length - otherwise - unknown, otherwise, unknown };
  return [...results, { summary }].map((each) => `${JSON.stringify(each)}\n`).join('');
}

/** Changes, the most frequent first. */
function countsOf(results: readonly Replayed[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { call, route } of results) {
    const change = `${call.route ? routeText(call.route) : '?'}  →  ${routeText(route)}`;
    counts.set(change, (counts.get(change) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([change, count]) => `${String(count).padStart(6)}  ${change}`);
}

function routeText(route: readonly string[]): string {
  return route.join(' > ') || '(nowhere)';
}
