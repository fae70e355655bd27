/**
 * The store on both databases, in one run: `npm run bench:store -- [--engine sqlite|postgres] [--only alone|beside|questions]
 * [--rate 2000] [--seconds 5] [--beside 500] [--rows 100000] [--json FILE]`.
 *
 * `alone`: so many finished calls a second of 21 events each, processor time and bytes a call. `beside`: calls through the whole
 * engine, and how long its thread is busy at one go, without a store and with each. `questions`: what people ask among so many records
 * (2.3 kB each on SQLite, in the temporary folder). Processor times hold on a machine that is busy with other work, times of questions do not: the load is told.
 */
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { StoreLocation } from '../../../src/store/store.ts';
import { type BenchDatabase, makeDatabase } from './bench-database.ts';
import { besideSignalling } from './beside-signalling.ts';
import { askQuestions } from './questions.ts';
import { writeAlone } from './write-alone.ts';

const { values } = parseArgs({
  options: {
    engine: { type: 'string' },
    only: { type: 'string' },
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '5' },
    beside: { type: 'string', default: '500' },
    rows: { type: 'string', default: '100000' },
    json: { type: 'string' },
  },
});
const engines = (values.engine ? [values.engine] : ['sqlite', 'postgres']) as StoreLocation['engine'][];
const seconds = Number(values.seconds);
const does = (part: string) => values.only === undefined || values.only === part;

async function onDatabase<Result>(
  engine: StoreLocation['engine'],
  work: (database: BenchDatabase) => Promise<Result>,
): Promise<Result> {
  const database = await makeDatabase(engine);
  try {
    return await work(database);
  } finally {
    await database.remove();
  }
}

const machine = { cores: cpus().length, load: loadavg().map((load) => Number(load.toFixed(1))) };
const result: Record<string, unknown> = { machine };
console.log(`${machine.cores} cores, load ${machine.load.join(', ')}`);
if (does('alone')) {
  const load = { callsPerSecond: Number(values.rate), seconds };
  const alone: Record<string, Awaited<ReturnType<typeof writeAlone>>> = {};
  for (const engine of engines) alone[engine] = await onDatabase(engine, (each) => writeAlone(each, load));
  result['alone'] = { ...load, ...alone };
  console.table(Object.entries(alone).map(([engine, { bytes, ...cost }]) => ({ engine, ...cost, ...bytes })));
}
if (does('beside')) {
  const load = { callsPerSecond: Number(values.beside), seconds };
  const beside = { 'no store': await besideSignalling(undefined, load) };
  for (const engine of engines) {
    Object.assign(beside, { [engine]: await onDatabase(engine, (each) => besideSignalling(each, load)) });
  }
  result['beside'] = { ...load, ...beside };
  const base = beside['no store'].engineUs;
  console.table(
    Object.entries(beside).map(([store, turns]) => ({
      store,
      ...turns,
      ratio: Number((turns.engineUs / base).toFixed(2)),
    })),
  );
}
if (does('questions')) {
  const rows = Number(values.rows);
  const questions: Record<string, Awaited<ReturnType<typeof askQuestions>>> = {};
  for (const engine of engines) {
    questions[engine] = await onDatabase(engine, async (each) => {
      const answers = await askQuestions(each, rows);
      const bytes = await each.bytes();
      console.log(`${engine}: ${Math.round((bytes['cdr'] ?? 0) / rows)} bytes a record with its indexes`);
      console.table(answers);
      return answers;
    });
  }
  result['questions'] = { rows, ...questions };
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
