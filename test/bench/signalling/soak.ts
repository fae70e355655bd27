/**
 * Long load over a bad network: `npm run soak -- [--minutes 10] [--rate 200] [--loss 0.02]`.
 *
 * 2 % of the datagrams are lost and 2 % doubled on both legs. Passes when memory stays flat, no transaction, dialog,
 * leg or call is left afterwards, and there is exactly one record a call. Exit code 1 otherwise.
 */
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { seededIds } from '../../../src/shared/ids.ts';
import { freeUdpPort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';
import { LossyShim } from './lossy-shim.ts';
import { residentMb } from './process-load.ts';
import { SippRun } from './sipp-run.ts';
import { pbx400, readMetrics } from './targets.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '200' },
    loss: { type: 'string', default: '0.02' },
  },
});
const seconds = Number(values.minutes) * 60;
const rate = Number(values.rate);
const loss = Number(values.loss);
const SAMPLE_MS = 5_000;
/** Growth of the mean between the second and the last quarter that still counts as flat. */
const FLAT = 1.1;
/** Timers of the last transactions (RFC 3261 64*T1) run out in this time. */
const SETTLE_MS = 60_000;

/** Everything that a call opens, by its metric. */
function leftOpen(now: Map<string, number>): string[] {
  const names = ['pbx400_calls', 'pbx400_media_endpoints', 'pbx400_journal_pending_events'];
  const sip = [...now.keys()].filter((name) => name.startsWith('pbx400_sip_') && !name.endsWith('_total'));
  return [...names, ...sip]
    .filter((name) => (now.get(name) ?? 0) > 0)
    .map((name) => `${name} ${now.get(name)}`);
}

const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;

const random = seededIds(2026).random;
const lineShim = new LossyShim({ dropped: loss, duplicated: loss, random });
const callerShim = new LossyShim({ dropped: loss, duplicated: loss, random });
const linePort = await freeUdpPort();
await lineShim.open(linePort);
const pbx = await pbx400({ trunkPort: lineShim.port });
await callerShim.open(pbx.port);
const failures: string[] = [];
try {
  const contact = ['-key', 'contact_port', String(lineShim.port)];
  const line = new SippRun('line', ['-i', '127.0.0.1', '-p', String(linePort), ...contact]);
  const calls = rate * seconds;
  const callers = new SippRun('caller', [
    `127.0.0.1:${callerShim.port}`,
    ...['-i', '127.0.0.1', '-r', String(rate), '-m', String(calls), '-d', '1000', '-l', String(rate * 60)],
  ]);
  const rss: number[] = [];
  let over = false;
  void callers.exited.then(() => {
    over = true;
  });
  while (!over) {
    await Promise.race([callers.exited, new Promise((done) => setTimeout(done, SAMPLE_MS))]);
    const now = await readMetrics(pbx.http);
    rss.push(residentMb(pbx.pid!));
    process.stdout.write(
      `${rss.length * (SAMPLE_MS / 1000)} s  calls ${now.get('pbx400_calls')}  rss ${rss.at(-1)!.toFixed(0)} MB  ` +
        `dropped ${lineShim.dropped + callerShim.dropped}  ` +
        `longest stall ${((now.get('pbx400_loop_delay_max_seconds') ?? 0) * 1000).toFixed(1)} ms\n`,
    );
  }
  const placed = await callers.finish();
  let open: string[] = [];
  await until(
    'nothing left open',
    async () => {
      open = leftOpen(await readMetrics(pbx.http));
      return open.length === 0;
    },
    { limitMs: SETTLE_MS, everyMs: 1_000, show: () => open.join('\n') },
  ).catch((error: Error) => failures.push(error.message));
  const called = await line.finish(placed.created);
  const database = new Database(pbx.database, { readonly: true });
  const counts = database
    .prepare('select count(*) as records, count(distinct call_id) as calls from cdr')
    .get() as {
    records: number;
    calls: number;
  };
  database.close();
  const quarter = Math.floor(rss.length / 4);
  const growth = mean(rss.slice(-quarter)) / mean(rss.slice(quarter, 2 * quarter));
  if (called.created < placed.created) failures.push(`only ${called.created} calls came through to the line`);
  if (placed.failed > 0) failures.push(`${placed.failed} calls failed`);
  if (counts.records !== placed.created)
    failures.push(`${counts.records} records for ${placed.created} calls`);
  if (counts.records !== counts.calls) failures.push(`${counts.records - counts.calls} records are double`);
  if (quarter > 1 && growth > FLAT) failures.push(`memory grew by ${((growth - 1) * 100).toFixed(0)} %`);
  const result = {
    seconds,
    rate,
    loss,
    ...placed,
    delaysMs: undefined,
    ...counts,
    growth,
    rssMb: rss.at(-1),
    failures,
  };
  process.stdout.write(
    `${JSON.stringify(result)}\n${failures.length === 0 ? 'passed' : failures.join('\n')}\n`,
  );
} finally {
  lineShim.close();
  callerShim.close();
  await pbx.stop();
}
process.exitCode = failures.length === 0 ? 0 : 1;
