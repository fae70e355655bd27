import { Command, Option } from 'commander';
import type { ExportAnswer, ExportRequest } from '../bulk-answers.ts';
import { configOption, dataOption } from './options.ts';
import { askPbx, configOf, type RunningOptions, who } from './running.ts';
import { keptCopy } from './table-file.ts';

interface Options extends RunningOptions {
  readonly tenant?: string;
  readonly format: 'csv' | 'xlsx' | 'json';
  readonly query?: string;
  readonly output?: string;
}

/** `pbx400 exports`: what companies have set up as a table (导出), which `pbx400 imports` takes. */
export function exportsCommand(write: (text: string) => void): Command {
  return new Command('exports')
    .description('write agents, extensions, users ... of a company as a table, as pbx400 imports takes it')
    .argument('<kind>', 'agent, extension, user, break-reason ...')
    .addOption(new Option('--format <format>', 'of the file').choices(['csv', 'xlsx', 'json']).default('csv'))
    .option('--query <text>', 'only those with this part of a name or title')
    .option('--tenant <id>', 'of this company, where there are several')
    .option('--output <file>', 'where to (default: KIND.csv here)')
    .option('--json', 'the answer as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (kind: string, options: Options) => {
      const { tenant, format, query: q, json } = options;
      const request: ExportRequest = {
        ...{ ask: 'export-table', kind, format, tenant, q, by: who('exports') },
      };
      const { rows, isCut, file } = await askPbx<ExportAnswer>(configOf(options), request);
      const output = await keptCopy(file, options.output ?? `${kind}.${format}`);
      if (json) return write(`${JSON.stringify({ rows, isCut, file: output })}\n`);
      write(`${rows} rows in ${output}${isCut ? '; there are more than http.exportRows allows' : ''}\n`);
    });
}
