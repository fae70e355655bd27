/**
 * A million numbers of a list (名单号码): looked through, imported, read by a start, exported. `npm run bench:lists`, with `-- --rows 100000` of fewer, with
 * `-- --postgres URL` into an empty database. Turns of the loop are told as the thread's own CPU time, garbage collection included.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadCpuUsage } from 'node:process';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { NumberExports } from '../../src/bulk/numbers/number-exports.ts';
import { NumberImports } from '../../src/bulk/numbers/number-imports.ts';
import type { Job } from '../../src/job/job-store.ts';
import { Jobs } from '../../src/job/jobs.ts';
import { KeptNumbers } from '../../src/numbering/kept-numbers.ts';
import { NumberLists } from '../../src/numbering/number-list.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import { systemClock as clock } from '../../src/shared/clock.ts';
import { systemIds as ids } from '../../src/shared/ids.ts';
import { silentLogger as log } from '../../src/shared/logger.ts';
import { Scope } from '../../src/shared/scope.ts';
import { UploadFolder } from '../../src/shared/upload-folder.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { StoreLocation } from '../../src/store/store.ts';
import { companiesIn } from '../support/companies.ts';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, postgres: { type: 'string' } },
});
const ROWS = Number(values.rows);
const LIMITS = { importSeconds: 60, turnMs: 10 };
/** A turn of less CPU time is that of the loop that only looks. */
const IDLE_MS = 0.1;
const LIST = { tenant: 'demo', name: 'black' };

/** The CPU time of each turn of the loop while something is done. */
async function turnsOf<Result>(what: string, work: () => Promise<Result>) {
  const turns: number[] = [];
  let last = threadCpuUsage();
  let isOver = false;
  const watch = () => {
    const { user, system } = threadCpuUsage(last);
    turns.push((user + system) / 1000);
    last = threadCpuUsage();
    if (!isOver) setImmediate(watch);
  };
  setImmediate(watch);
  const began = performance.now();
  const cpu = threadCpuUsage();
  const result = await work();
  isOver = true;
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = threadCpuUsage(cpu);
  const loops = turns.length;
  // Of those in which something was done: an idle loop has millions.
  const busy = turns.filter((each) => each > IDLE_MS).sort((one, other) => one - other);
  const at = (share: number) => busy[Math.min(busy.length - 1, Math.floor(busy.length * share))] ?? 0;
  const over = busy.filter((each) => each > LIMITS.turnMs).length;
  console.log(
    `${what.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s, this thread's CPU with an idle loop ${((user + system) / 1e6).toFixed(1)} s; turns: p99 ${at(0.99).toFixed(1)} ms, p99.9 ${at(0.999).toFixed(1)} ms, max ${at(1).toFixed(1)} ms, ${over} of ${busy.length} busy ones (${loops} in all) over ${LIMITS.turnMs} ms`,
  );
  return { result, seconds, p999: at(0.999) };
}

const folder = mkdtempSync(join(tmpdir(), 'pbx400-bench-lists-'));
const file = join(folder, 'pbx400.db');
const location: StoreLocation = values.postgres
  ? { engine: 'postgres', url: values.postgres }
  : { engine: 'sqlite', file };
const store = await openStore(location, { nodeId: 'bench', clock, logger: log });
const provisioning = new Provisioning(
  companiesIn('tenants: { demo: {} }\ntenant: demo\nlists: { black: {} }\n').entities('list'),
);
try {
  const lists = new NumberLists([{ ...LIST, numbers: [], prefixes: [] }]);
  const kept = new KeptNumbers({ store: store.listNumbers, lists, clock, log });
  await kept.open();
  const jobs = new Jobs({ store: store.jobs, folder: join(folder, 'jobs'), clock, ids, log });
  const uploads = new UploadFolder({ folder: join(folder, 'uploads'), clock, ids });
  await uploads.prepare();
  const tell = (entry: Parameters<typeof store.audit.append>[0]) => store.audit.append(entry);
  const parts = {
    store: store.listNumbers,
    kept,
    lists,
    provisioning,
    jobs,
    uploads,
    timeZone: 'Asia/Shanghai',
    tell,
    clock,
  };
  const imports = new NumberImports(parts);
  const exports = new NumberExports(parts);
  const over = (begun: Job) =>
    new Promise<Job>((done) => {
      jobs.events.on(
        'changed',
        (job) => void (job.id === begun.id && job.endedAt !== undefined && done(job)),
      );
    });
  const who = { by: 'bench' };

  // Mobiles in no order, as lists of nuisances are.
  function* csv(): Generator<string> {
    yield 'number,reason\r\n';
    for (let from = 0; from < ROWS; from += 1000) {
      let text = '';
      for (let index = from; index < Math.min(from + 1000, ROWS); index++)
        text += `1${3 + (index % 7)}${String((index * 104_729) % 1_000_000_007).padStart(9, '0')},${index % 3 === 0 ? '骚扰' : ''}\r\n`;
      yield text;
    }
  }
  const order = { ...LIST, way: 'add', file: 'bench.csv' } as const;
  const looked = await turnsOf('preview', async () =>
    over(await imports.preview(order, Readable.from(csv()), who)),
  );
  console.log(JSON.stringify(looked.result.result));
  const { id } = looked.result;
  const taken = await turnsOf('import', async () =>
    over(await imports.run(Scope.all, { name: 'black', id }, false, who)),
  );
  console.log(JSON.stringify(taken.result.result ?? taken.result.error));
  console.log(
    `memory       ${(lists.bytes / 1e6).toFixed(1)} MB of ${lists.kept('demo', 'black')!.size} numbers`,
  );
  if (!values.postgres) console.log(`database     ${(statSync(file).size / 1e6).toFixed(0)} MB`);
  const caller = `13${String(0).padStart(9, '0')}`;
  const began = performance.now();
  const LOOKS = 1_000_000;
  let hits = 0;
  for (let look = 0; look < LOOKS; look++) if (lists.get('demo', 'black')!.find(caller, 0)) hits++;
  console.log(
    `a look-up    ${(((performance.now() - began) * 1e6) / LOOKS).toFixed(0)} ns (${hits === LOOKS ? 'found' : 'not found'})`,
  );
  const again = new NumberLists([{ ...LIST, numbers: [], prefixes: [] }]);
  const started = new KeptNumbers({ store: store.listNumbers, lists: again, clock, log });
  await turnsOf('start', () => started.sync());
  await turnsOf('export', async () =>
    over(await exports.start({ ...LIST, format: 'csv', seesNumbers: true }, who)),
  );
  kept.close();
  await jobs.close();
  const created = (taken.result.result as { readonly created?: number } | undefined)?.created;
  if (created !== ROWS) throw new Error(`${created} numbers were imported`);
  if (looked.seconds + taken.seconds > LIMITS.importSeconds)
    throw new Error(`looking through and importing took more than ${LIMITS.importSeconds} s`);
  for (const { p999 } of [looked, taken])
    if (p999 > LIMITS.turnMs) throw new Error(`turns of ${p999.toFixed(1)} ms`);
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
