import { Command } from 'commander';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { Scope } from '../shared/scope.ts';
import { localTime, textTable } from '../shared/text-table.ts';
import { openRecords } from '../store/open-store.ts';
import type { StoredAuditEntry } from '../store/store.ts';
import { configOption, dataOption, wholeNumber } from './options.ts';

interface AuditOptions {
  readonly last: number;
  readonly tenant?: string;
  readonly json?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** `pbx400 audit`: who saved, restored, deleted and erased data; works while the PBX runs and when it is stopped. */
export function auditCommand(write: (text: string) => void): Command {
  return new Command('audit')
    .description(
      'print who did what to the stored data: backup, restore, retention, erasure, holds; who signed in',
    )
    .option('--last <count>', 'how many', wholeNumber(1), 20)
    .option('--tenant <id>', 'only what was done to this company')
    .option('--json', 'one entry a line as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async ({ last, tenant, json, config: file, data }: AuditOptions) => {
      const config = loadMachine({ file, overrides: data === undefined ? {} : { data } });
      const records = await openRecords(config.store);
      try {
        const scope = tenant === undefined ? Scope.all : Scope.of(tenant);
        const entries = (await records.audit.newest(last, scope)).toReversed();
        if (json) write(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
        else write(entries.length === 0 ? 'nothing was done yet\n' : tableOf(entries, config.timeZone));
      } finally {
        await records.close();
      }
    });
}

const HELP = `
Entries are only ever added; the database refuses to change or remove one. Changes of companies' entities are in the
history of each entity instead.`;

function tableOf(entries: readonly StoredAuditEntry[], timeZone: string): string {
  return textTable(
    [
      { title: 'at', of: ({ at }) => localTime(at, timeZone) },
      { title: 'company', of: ({ tenantId }) => tenantId },
      { title: 'action', of: ({ action }) => action },
      { title: 'by', of: ({ by }) => by },
      { title: 'details', of: ({ details }) => textOf(details) },
    ],
    entries,
  );
}

function textOf(details: StoredAuditEntry['details']): string {
  return Object.entries(details)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
