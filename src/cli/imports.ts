import { parse, resolve } from 'node:path';
import { Command } from 'commander';
import type { ImportAnswer, ImportRequest } from '../bulk-answers.ts';
import { textTable } from '../shared/text-table.ts';
import { EXIT, ExitError } from './exit-codes.ts';
import { configOption, dataOption } from './options.ts';
import { askPbx, configOf, type RunningOptions, who } from './running.ts';
import { keptCopy } from './table-file.ts';

interface Options extends RunningOptions {
  readonly tenant?: string;
  readonly run?: boolean;
  readonly errors?: string;
  readonly passwords?: string;
}

/** `pbx400 imports`: a table of agents, extensions, users and others (批量导入), looked through by the running PBX, and taken with `--run`. */
export function importsCommand(write: (text: string) => void): Command {
  return new Command('imports')
    .description('look a table of agents, extensions, users ... through, and with --run take it as a whole')
    .argument('<kind>', 'of what each row is one: agent, extension, user, break-reason ...')
    .argument('<file>', 'CSV or XLSX on the machine of the PBX, which must be able to read it')
    .option('--run', 'take it, where no row is wrong; without, nothing is changed')
    .option('--tenant <id>', 'of this company, where there are several')
    .option('--errors <file>', 'rows that are wrong, as a table (default: NAME.errors.csv here)')
    .option(
      '--passwords <file>',
      'first passwords of new users, as a table (default: NAME.passwords.csv here)',
    )
    .option('--json', 'the answer as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExit code 65: rows are wrong. What was taken is taken back by pbx400 changes undo.',
    )
    .action(async (kind: string, file: string, options: Options) => {
      const { tenant, run = false, json } = options;
      const beside = (what: string) => `${parse(file).name}.${what}.csv`;
      const request: ImportRequest = {
        ...{ ask: 'import', kind, file: resolve(file), run, tenant, by: who('imports') },
      };
      const answer = await askPbx<ImportAnswer>(configOf(options), request);
      const errorFile = await keptCopy(answer.errorFile, options.errors ?? beside('errors'));
      const passwordFile = await keptCopy(answer.passwordFile, options.passwords ?? beside('passwords'));
      const seen = { ...answer, errorFile, passwordFile };
      write(json ? `${JSON.stringify(seen)}\n` : textOf(seen, run));
      if (!answer.preview.isRunnable) throw new ExitError(EXIT.data);
    });
}

function textOf({ preview, wrong, errorFile, taken, passwordFile }: ImportAnswer, run: boolean): string {
  const { counts, problems, rows } = preview;
  const { create, update, unchanged, error } = counts;
  const lines = [
    `${rows} rows: ${create} new, ${update} changed, ${unchanged} as they are, ${error} wrong`,
    ...problems,
  ];
  if (wrong.length > 0) lines.push(wrongTable(wrong).trimEnd());
  if (error > wrong.length) lines.push(`and ${error - wrong.length} more`);
  if (errorFile !== undefined) lines.push(`all that are wrong: ${errorFile}`);
  if (taken) lines.push(`taken; pbx400 changes undo ${taken.change} takes it back`);
  else if (preview.isRunnable) lines.push('nothing is changed yet; --run takes it');
  else lines.push(run ? 'nothing was changed' : 'nothing is changed');
  if (passwordFile !== undefined) lines.push(`first passwords: ${passwordFile}`);
  return `${lines.join('\n')}\n`;
}

function wrongTable(wrong: ImportAnswer['wrong']): string {
  const flaws = wrong.flatMap(({ row, name, flaws: own }) => own.map((flaw) => ({ row, name, ...flaw })));
  return textTable(
    [
      { title: 'row', of: ({ row }) => String(row), alignRight: true },
      { title: 'name', of: ({ name }) => name },
      { title: 'column', of: ({ column }) => column },
      { title: '', of: ({ detail, fix }) => (fix === undefined ? detail : `${detail}; ${fix}`) },
    ],
    flaws,
  );
}
