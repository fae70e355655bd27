import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { loadFiles } from '../dialplan/load/load-files.ts';
import { systemClock } from '../shared/clock.ts';
import { openRecords } from '../store/open-store.ts';
import { AGENT_MOODS, type AgentMood } from '../testing/agent-stand.ts';
import { inOrder } from '../testing/key-presser.ts';
import { parsePastCalls } from '../testing/past-calls-csv.ts';
import { renderReplay, renderReplayedJson } from '../testing/render-replay.ts';
import { renderSimulation } from '../testing/render-simulation.ts';
import { type PastCall, pastCallOf, replay } from '../testing/replay.ts';
import { simulate } from '../testing/simulate.ts';
import { newestCdrs } from './cdr.ts';
import { type Installed, loadWithCompanies } from './load-with-companies.ts';
import { configOption, dataOption, readInput, wholeNumber } from './options.ts';
import { listOption, moodsOption, numberOption, timeOption } from './simulate-options.ts';

interface SimulateOptions {
  readonly from: string;
  readonly at?: (timeZone: string) => number;
  readonly keys: readonly string[];
  readonly agents: Readonly<Record<string, AgentMood>>;
  readonly switch: readonly string[];
  readonly trunk?: string;
  readonly json?: boolean;
  readonly replay?: string | true;
  readonly last: number;
  readonly config?: string;
  readonly data?: string;
}

/** `pbx400 simulate <number>`: takes a call, or the calls of the past, through the engine in virtual time. */
export function simulateCommand(write: (text: string) => void): Command {
  return new Command('simulate')
    .description('take a call through the engine in virtual time and say why it goes where')
    .argument('[number]', 'the number called; with --replay: only calls to it')
    .option('--from <number>', "caller; '' withholds it", numberOption, '13800138000')
    .option(
      '--at <time>',
      "2026-10-10T10:00 in the configuration's zone, or with offset: ...+08:00 (default: now)",
      timeOption,
    )
    .option(
      '--keys <inputs>',
      'what is pressed, one input for each question: 1,0 or 2,123456#',
      listOption,
      [],
    )
    .option(
      '--agents <moods>',
      `8001=ready,8002=wrap-up:12s; moods: ${AGENT_MOODS.join(' ')}`,
      moodsOption,
      {},
    )
    .option('--switch <names>', 'switches that are on: night', listOption, [])
    .option('--trunk <name>', 'trunk that the call comes in on (default: the first)')
    .option('--replay [file]', 'calls of the past: a CSV file, a database, or that of the data folder')
    .option('--last <count>', 'with --replay: how many of the database', wholeNumber(1), 1000)
    .option('--json', 'the record as JSON; with --replay one call a line')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (number: string | undefined, options: SimulateOptions, command: Command) => {
      const { config: file, data } = options;
      const installed = await loadWithCompanies({ file, overrides: data === undefined ? {} : { data } });
      if (options.replay !== undefined) return write(await replayed(installed, ...replayOf(number, options)));
      if (number === undefined) command.error("error: missing required argument 'number'");
      write(await simulated(installed, number, options));
    });
}

async function simulated(
  { config, companies }: Installed,
  called: string,
  options: SimulateOptions,
): Promise<string> {
  const simulation = await simulate({
    config,
    companies,
    called,
    from: options.from,
    at: options.at?.(config.timeZone) ?? systemClock.now(),
    answers: inOrder(options.keys),
    agents: options.agents,
    switches: options.switch,
    ...(options.trunk !== undefined && { trunk: options.trunk }),
  });
  return options.json ? `${JSON.stringify(simulation)}\n` : renderSimulation(simulation, config.timeZone);
}

/** `--replay 4001234567` names no file: what stands behind the option is then the number called. */
function replayOf(
  number: string | undefined,
  options: SimulateOptions,
): [string | undefined, SimulateOptions] {
  const { replay: source } = options;
  if (number !== undefined || typeof source !== 'string' || !/^\d+$/.test(source)) return [number, options];
  return [source, { ...options, replay: true }];
}

async function replayed(
  { config, companies }: Installed,
  number: string | undefined,
  options: SimulateOptions,
): Promise<string> {
  const calls = (await pastCalls(config, options)).filter(
    (call) => number === undefined || call.called === number,
  );
  const { loaded, orders, mistakes } = await loadFiles(config.dialplanDir);
  if (mistakes[0]) throw mistakes[0];
  const results = [];
  const hotlines = loaded.map(({ value }) => value);
  for await (const result of replay(calls, { config, companies, hotlines, orders })) results.push(result);
  return options.json ? renderReplayedJson(results) : renderReplay(results, config.timeZone);
}

async function pastCalls(
  config: Config,
  { replay: source, last }: SimulateOptions,
): Promise<readonly PastCall[]> {
  if (typeof source === 'string' && source.endsWith('.csv')) {
    return parsePastCalls(readInput(source).toString(), source);
  }
  const records = await openRecords(
    typeof source === 'string' ? { engine: 'sqlite', file: source } : config.store,
  );
  try {
    return (
      (await newestCdrs(records.cdrs, last))
        // Calls of phones came over no trunk: there is no way in to replay them on.
        .filter(({ direction, origin }) => direction === 'inbound' && 'trunk' in origin)
        .map(pastCallOf)
    );
  } finally {
    await records.close();
  }
}
