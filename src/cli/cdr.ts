import { Command, InvalidArgumentError } from 'commander';
import type { Cdr } from '../cdr/cdr.ts';
import { CDR_LIMIT, type CdrFilter, type CdrReader } from '../cdr/cdr-query.ts';
import { renderJsonLines, renderTable, renderTotals } from '../cdr/render-cdrs.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { Scope } from '../shared/scope.ts';
import { openRecords } from '../store/open-store.ts';
import { configOption, dataOption, wholeNumber } from './options.ts';

interface CdrOptions extends Omit<CdrFilter, 'tenantId' | 'search'> {
  readonly company?: string;
  readonly totals?: boolean;
  readonly last: number;
  readonly json?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** `pbx400 cdr`: the newest call records, oldest of them first; works while the PBX runs and when it is stopped. */
export function cdrCommand(write: (text: string) => void): Command {
  return new Command('cdr')
    .description('print the last call records, or those in which all words are found')
    .argument(
      '[words...]',
      'parts of numbers, work numbers or names, 4 characters at least, or the id of a call',
    )
    .option('--last <count>', 'how many', wholeNumber(1), 20)
    .option('--from <time>', 'begun at or after, such as 2026-10-01T00:00:00+08:00', timeOf)
    .option('--to <time>', 'begun before', timeOf)
    .option('--company <name>', 'of this company')
    .option('--hotline <number>', 'of this hotline')
    .option('--queue <name>', 'that waited in this queue last')
    .option('--agent <number>', 'that this agent spoke in last')
    .option('--totals', 'number and length of all of them instead')
    .option('--json', 'complete records as JSON, one a line')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async (words: readonly string[], options: CdrOptions) => {
      const { last, json, config: file, data, totals } = options;
      const config = loadMachine({ file, overrides: data === undefined ? {} : { data } });
      const records = await openRecords(config.store);
      try {
        const filter = filterOf(words, options);
        if (totals) return write(renderTotals(await records.cdrs.totals(filter, Scope.all), json));
        const cdrs = await newestCdrs(records.cdrs, last, filter);
        write(json ? renderJsonLines(cdrs) : renderTable(cdrs, config.timeZone));
      } finally {
        await records.close();
      }
    });
}

/** The newest `count` records in the order of time. */
export async function newestCdrs(reader: CdrReader, count: number, filter: CdrFilter = {}): Promise<Cdr[]> {
  const cdrs: Cdr[] = [];
  let before: string | undefined;
  do {
    const limit = Math.min(CDR_LIMIT, count - cdrs.length);
    const page = await reader.query({ ...filter, limit, ...(before !== undefined && { before }) });
    cdrs.push(...page.cdrs);
    before = page.next;
  } while (before !== undefined && cdrs.length < count);
  return cdrs.toReversed();
}

function filterOf(words: readonly string[], options: CdrOptions): CdrFilter {
  const { from, to, company, hotline, queue, agent } = options;
  return {
    ...(words.length > 0 && { search: words.join(' ') }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(company !== undefined && { tenantId: company }),
    ...(hotline !== undefined && { hotline }),
    ...(queue !== undefined && { queue }),
    ...(agent !== undefined && { agent }),
  };
}

function timeOf(text: string): number {
  const at = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError('It must be a time such as 2026-10-01T00:00:00+08:00.');
}
