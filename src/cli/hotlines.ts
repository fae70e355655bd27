import { Command, InvalidArgumentError, Option } from 'commander';
import type { CheckAnswer, HotlineAct, HotlineRequest, HotlineRow, VersionRow } from '../hotline-answers.ts';
import type { Difference } from '../http/routes/hotline-versions.ts';
import type { SimulationFound } from '../http/routes/simulations.ts';
import { systemClock } from '../shared/clock.ts';
import { asError, PbxError } from '../shared/errors.ts';
import { localTime, textTable } from '../shared/text-table.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { companyOption, configOption, dataOption, readInput, wholeNumber } from './options.ts';
import { askPbx, configOf, type RunningOptions, who } from './running.ts';
import { listOption, moodsOption, numberOption, timeOption } from './simulate-options.ts';

type Options = RunningOptions & { readonly comment?: string };

/** `pbx400 hotlines`: the hotlines of the running PBX, and the versions of those whose flow is data (热线版本). */
export function hotlinesCommand(write: (text: string) => void): Command {
  const command = new Command('hotlines').description(
    'hotlines of the running PBX and their versions: check, publish, try (canary), roll back, compare',
  );
  const add = (name: string, description: string) => {
    const made = new Command(name).description(description).option('--json', 'as JSON');
    command.addCommand(made, { isDefault: name === 'list' });
    return made.addOption(configOption()).addOption(dataOption());
  };
  const ofNumber = (name: string, description: string) =>
    add(name, description).argument('<number>', 'a number that leads to the hotline', digits);
  const comment = () => new Option('--comment <text>', 'why, for the versions and the audit trail');

  add('list', 'print numbers, who owns them, which version takes the calls')
    .addOption(companyOption())
    .action(async (options: RunningOptions & { readonly tenant?: string }) => {
      const request = { ask: 'hotlines', tenant: options.tenant };
      const { hotlines } = await askPbx<{ hotlines: readonly HotlineRow[] }>(configOf(options), request);
      if (options.json) write(hotlines.map((row) => `${JSON.stringify(row)}\n`).join(''));
      else write(hotlines.length === 0 ? 'there are no hotlines\n' : tableOf(hotlines));
    });
  ofNumber('versions', 'print its versions, the newest first').action(
    async (number: string, options: Options) => {
      const { versions } = await ask<{ versions: readonly VersionRow[] }>(options, number, {
        act: 'versions',
      });
      const { timeZone } = configOf(options);
      write(
        options.json
          ? versions.map((row) => `${JSON.stringify(row)}\n`).join('')
          : versionTable(versions, timeZone),
      );
    },
  );
  ofNumber('draft', 'make the draft of a JSON file, right or wrong; it takes no calls')
    .argument('<file>', 'a hotline as GET /api/v1/hotlines/NUMBER has it')
    .addOption(comment())
    .action(async (number: string, file: string, options: Options) => {
      const hotline = objectIn(file);
      const act = { act: 'draft', hotline, ...commentOf(options) } as const;
      const answer = await ask<{ version: number }>(options, number, act);
      write(options.json ? `${JSON.stringify(answer)}\n` : `version ${answer.version} is the draft\n`);
    });
  ofNumber('check', 'prove the draft; without mistakes it can be published; exit code 78 with some').action(
    async (number: string, options: Options) => {
      const answer = await ask<CheckAnswer>(options, number, { act: 'check' });
      const { version, flaws } = answer;
      if (options.json) write(`${JSON.stringify(answer)}\n`);
      else {
        for (const { pointer, detail, fix } of flaws)
          write(`${pointer}: ${detail}${fix ? `; ${fix}` : ''}\n`);
        write(`version ${version}: ${flaws.length === 0 ? 'checked' : `${flaws.length} mistakes`}\n`);
      }
      if (flaws.length > 0) throw new ExitError(EXIT.config);
    },
  );
  for (const [name, act, description] of [
    ['publish', 'publish', 'let a checked version take all calls that begin from now on'],
    ['rollback', 'roll-back', 'let a version of the past take all calls again (回滚)'],
  ] as const)
    ofNumber(name, description)
      .argument('<version>', 'as `versions` prints it', wholeNumber(1))
      .addOption(comment())
      .action(async (number: string, version: number, options: Options) => {
        const request = { act, version, ...commentOf(options) } as const;
        const answer = await ask<{ version: VersionRow }>(options, number, request);
        write(options.json ? `${JSON.stringify(answer.version)}\n` : `version ${version} takes the calls\n`);
      });
  ofNumber('canary', 'let a checked version take the calls of some callers (灰度), or end that')
    .argument('[version]', 'as `versions` prints it', wholeNumber(1))
    .option('--percent <share>', 'of so many callers in a hundred', percent)
    .option('--callers <numbers>', 'of these callers: 13800138000,13900139000', listOption)
    .option('--end', 'all calls go by the published version again')
    .action(async (number: string, version: number | undefined, options: CanaryOptions, of: Command) => {
      if (options.end) {
        await ask(options, number, { act: 'end-canary' });
        return write(options.json ? '{}\n' : 'no version is tried any more\n');
      }
      const { percent: share, callers } = options;
      if (version === undefined) of.error("error: missing required argument 'version'");
      if ((share === undefined) === (callers === undefined))
        of.error('error: name either --percent or --callers');
      const canary = callers ? { callers } : { percent: share! };
      const answer = await ask<{ version: VersionRow }>(options, number, { act: 'canary', version, canary });
      if (options.json) return write(`${JSON.stringify(answer.version)}\n`);
      write(
        `version ${version} is tried ${callers ? `by ${callers.length} callers` : `by ${share} % of the callers`}\n`,
      );
    });
  ofNumber('diff', 'print in words what is different between two versions')
    .argument('[from]', 'default: the published one', wholeNumber(1))
    .argument('[to]', 'default: the one that is edited or tried', wholeNumber(1))
    .addOption(new Option('--language <code>').choices(['zh', 'en']).default('en'))
    .action(
      async (number: string, from: number | undefined, to: number | undefined, options: DiffOptions) => {
        const versions = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
        const act = { act: 'diff', language: options.language, ...versions } as const;
        const answer = await ask<DiffAnswer>(options, number, act);
        if (options.json) return write(`${JSON.stringify(answer)}\n`);
        write(answer.differences.map(({ text }) => `${text}\n`).join('') || 'nothing is different\n');
      },
    );
  ofNumber(
    'simulate',
    'take a call through it in virtual time, in the running PBX, and say why it goes where',
  )
    .option('--try <version>', 'this version of it, also the draft', wholeNumber(1))
    .option('--from <number>', "caller; '' withholds it", numberOption, '13800138000')
    .option(
      '--at <time>',
      "2026-10-10T10:00 in the configuration's zone, or with offset (default: now)",
      timeOption,
    )
    .option(
      '--keys <inputs>',
      'what is pressed, one input for each question: 1,0 or 2,123456#',
      listOption,
      [],
    )
    .option('--agents <moods>', '8001=ready,8002=no-answer', moodsOption, {})
    .option('--switch <names>', 'switches that are on: night', listOption, [])
    .option('--trunk <name>', 'trunk that the call comes in on')
    .action(async (number: string, options: SimulateOptions) => {
      const { from, at, keys, agents, switch: switches, trunk, try: version } = options;
      const asked = {
        caller: from,
        at: at?.(configOf(options).timeZone) ?? systemClock.now(),
        keys: [...keys],
        agents,
        switches: [...switches],
        ...(trunk !== undefined && { trunk }),
        ...(version !== undefined && { version }),
      };
      const { simulation } = await ask<{ simulation: SimulationFound }>(options, number, {
        act: 'simulate',
        asked,
      });
      write(options.json ? `${JSON.stringify(simulation)}\n` : simulation.text);
    });
  return command;
}

interface CanaryOptions extends Options {
  readonly percent?: number;
  readonly callers?: readonly string[];
  readonly end?: boolean;
}

interface DiffOptions extends Options {
  readonly language: 'zh' | 'en';
}

interface DiffAnswer {
  readonly from: number;
  readonly to: number;
  readonly differences: readonly Difference[];
}

interface SimulateOptions extends Options {
  readonly try?: number;
  readonly from: string;
  readonly at?: (timeZone: string) => number;
  readonly keys: readonly string[];
  readonly agents: Readonly<Record<string, string>>;
  readonly switch: readonly string[];
  readonly trunk?: string;
}

async function ask<Answer extends object>(
  options: Options,
  number: string,
  act: HotlineAct,
): Promise<Answer> {
  const request: HotlineRequest = { ask: 'hotline', number, by: who(`hotlines ${act.act}`), ...act };
  return await askPbx<Answer>(configOf(options), request);
}

const commentOf = ({ comment }: Options) => (comment === undefined ? {} : { comment });

function digits(text: string): string {
  if (/^\d{3,20}$/.test(text)) return text;
  throw new InvalidArgumentError('Write digits such as 4001234567.');
}

function percent(text: string): number {
  const value = Number(text);
  if (/^\d{1,3}(\.\d{1,2})?$/.test(text) && value <= 100) return value;
  throw new InvalidArgumentError('Write a share from 0 to 100.');
}

function objectIn(file: string): Readonly<Record<string, unknown>> {
  const text = readInput(file).toString();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new PbxError('input', `${file} is no JSON: ${asError(error).message}`, { cause: error });
  }
  throw new PbxError('input', `${file} holds no hotline: it must be one JSON object`);
}

function tableOf(hotlines: readonly HotlineRow[]): string {
  const version = (number: number | null) => (number === null ? '' : String(number));
  return textTable(
    [
      { title: 'company', of: ({ tenant }) => tenant },
      { title: 'number', of: ({ number }) => number },
      { title: 'name', of: ({ name }) => name },
      { title: 'published', of: ({ published }) => version(published), alignRight: true },
      { title: 'tried', of: ({ tried }) => version(tried), alignRight: true },
      { title: 'draft', of: ({ draft }) => version(draft), alignRight: true },
      { title: 'takes calls', of: ({ takesCalls }) => (takesCalls ? 'yes' : 'no: pbx400 check') },
      { title: 'owner', of: ({ file }) => file ?? 'database' },
    ],
    hotlines,
  );
}

function versionTable(versions: readonly VersionRow[], timeZone: string): string {
  const time = (iso: string | null) => (iso === null ? '' : localTime(Date.parse(iso), timeZone));
  return textTable(
    [
      { title: 'version', of: ({ version }) => String(version), alignRight: true },
      { title: 'state', of: ({ state, canary }) => stateOf(state, canary) },
      { title: 'changed', of: ({ changedAt }) => time(changedAt) },
      { title: 'by', of: ({ changedBy }) => changedBy },
      { title: 'published', of: ({ publishedAt }) => time(publishedAt) },
      { title: 'by', of: ({ publishedBy }) => publishedBy ?? '' },
      { title: 'comment', of: ({ comment }) => comment },
    ],
    versions,
  );
}

function stateOf(state: VersionRow['state'], canary: VersionRow['canary']): string {
  if (!canary) return state;
  return 'percent' in canary ? `${state} ${canary.percent} %` : `${state} ${canary.callers.length} callers`;
}
