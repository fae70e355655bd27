import { Command } from 'commander';
import type { Cdr } from '../cdr/cdr.ts';
import { CDR_LIMIT, type CdrReader } from '../cdr/cdr-query.ts';
import { renderJsonLines, renderTable } from '../cdr/render-cdrs.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { openRecords } from '../store/open-store.ts';
import { configOption, dataOption, wholeNumber } from './options.ts';

interface CdrOptions {
  readonly last: number;
  readonly json?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** `pbx400 cdr`: the newest call records, oldest of them first; works while the PBX runs and when it is stopped. */
export function cdrCommand(write: (text: string) => void): Command {
  return new Command('cdr')
    .description('print the last call records')
    .option('--last <count>', 'how many', wholeNumber(1), 20)
    .option('--json', 'complete records as JSON, one a line')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async ({ last, json, config: file, data }: CdrOptions) => {
      const config = loadMachine({ file, overrides: data === undefined ? {} : { data } });
      const records = await openRecords(config.store);
      try {
        const cdrs = await newestCdrs(records.cdrs, last);
        write(json ? renderJsonLines(cdrs) : renderTable(cdrs, config.timeZone));
      } finally {
        await records.close();
      }
    });
}

/** The newest `count` records in the order of time. */
export async function newestCdrs(reader: CdrReader, count: number): Promise<Cdr[]> {
  const cdrs: Cdr[] = [];
  let before: string | undefined;
  do {
    const limit = Math.min(CDR_LIMIT, count - cdrs.length);
    const page = await reader.query({ limit, ...(before !== undefined && { before }) });
    cdrs.push(...page.cdrs);
    before = page.next;
  } while (before !== undefined && cdrs.length < count);
  return cdrs.toReversed();
}
