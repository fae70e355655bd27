import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { ConfigErrors } from '../config/config-errors.ts';
import { secretText } from '../config/secret-text.ts';
import type { EntityGroup, PlannedChange } from '../provisioning/change.ts';
import { type Mistake, mistakeText } from '../provisioning/check/mistake.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import {
  type EntityFiles,
  type FileEntity,
  type FileSection,
  readEntityFiles,
} from '../provisioning/file/read-entities.ts';
import { KIND_NAMES, KINDS } from '../provisioning/kinds.ts';
import { ConfigError, PbxError } from '../shared/errors.ts';
import { changeCompanies } from './change-companies.ts';
import { configOption, dataOption } from './options.ts';
import { who } from './running.ts';

interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly json?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** `pbx400 apply <file...>`: takes entities into the database, while the PBX runs and when it is stopped. */
export function applyCommand(write: (text: string) => void): Command {
  return new Command('apply')
    .description('take entities of companies from YAML files: all of them, or none when one has a mistake')
    .argument('<file...>', 'files as pbx400 export prints them')
    .option('--dry-run', 'only say what would change')
    .option('--prune', 'remove what the files no longer have, of the sections that are in them')
    .option('--json', 'one change a line as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async (files: string[], options: ApplyOptions) => {
      const { dryRun = false, prune = false, json = false, config: file, data } = options;
      const config = loadMachine({ file, overrides: data === undefined ? {} : { data } });
      const { entities, sections } = readFiles(files, config);
      const groups = prune ? groupsOf(files, sections) : [];
      const put = entities.map(({ kind, tenant, name, value }) => ({
        kind,
        tenant,
        name,
        value: { ...value },
      }));
      const answer = await changeCompanies(config, {
        ask: 'apply',
        put,
        prune: groups,
        dryRun,
        by: who('apply'),
      });
      if ('error' in answer) throw new PbxError('control', answer.error);
      if ('mistakes' in answer) throw new ConfigErrors(files.join(', '), placed(entities, answer.mistakes));
      write(json ? jsonOf(answer.changes) : textOf(answer.changes, dryRun));
    });
}

const HELP = `
What the files do not name stays. With --prune what the database has besides goes, of the kinds whose section is in a
file and of the companies that the section names: 'queues: { sales: ... }' leaves the company the queue sales alone,
'queues: {}' none. A section names the company at the top of the document (tenant: demo) and those of its entities.
What a file of the configuration owns stays in any case, as does a section that is not written. What is still used is
not removed; all who use it are named. Another name is another entity: the old one goes, the new one comes. Secrets that
the files leave out stay as they are.
A running PBX takes the changes at once: the next call meets them, calls in progress go on.

Kinds: ${KIND_NAMES.join(', ')}.`;

function readFiles(files: readonly string[], { dataDir }: Config): EntityFiles {
  const read = readEntityFiles(files, {
    secret: (where) => secretText(where, dataDir),
    withoutSecrets: true,
  });
  if (read.mistakes.length > 0) throw new ConfigErrors(files.join(', '), read.mistakes);
  return read;
}

/** What --prune is about. Throws ConfigErrors for sections that do not say whose they are. */
function groupsOf(files: readonly string[], sections: readonly FileSection[]): readonly EntityGroup[] {
  const fix = "write 'tenant: …' at the top of the document";
  const nobodys = sections
    .filter(({ tenants }) => tenants.size === 0)
    .map(({ kind, place }) => new ConfigError(`--prune: whose ${KINDS[kind].plural} are none?`, place, fix));
  if (nobodys.length > 0) throw new ConfigErrors(files.join(', '), nobodys);
  return sections.flatMap(({ kind, tenants }) => Array.from(tenants, (tenant) => ({ kind, tenant })));
}

function placed(entities: readonly FileEntity[], mistakes: readonly Mistake[]): readonly ConfigError[] {
  return mistakes.map((mistake) => {
    const { kind, tenant, name, path, reason, fix, place } = mistake;
    const entity = entities.find(
      (each) => each.kind === kind && each.tenant === tenant && each.name === name,
    );
    if (entity) return new ConfigError(reason, entity.placeOf(path), fix);
    return new ConfigError(mistakeText(mistake), place);
  });
}

const SIGNS = { add: '+', change: '~', remove: '-' } as const;

function textOf(changes: readonly PlannedChange[], isPlan: boolean): string {
  if (changes.length === 0) return 'nothing changes\n';
  const lines = changes.flatMap(({ verb, kind, tenant, name, fields }) => [
    `${SIGNS[verb]} ${kind} ${tenant}/${name}`,
    ...fields.map(({ field, before = 'none', after = 'none' }) => `    ${field}: ${before} → ${after}`),
  ]);
  const count = (verb: PlannedChange['verb']) => changes.filter((each) => each.verb === verb).length;
  const counts = `${count('add')} added, ${count('change')} changed, ${count('remove')} removed`;
  return `${[...lines, isPlan ? `would be: ${counts}` : counts].join('\n')}\n`;
}

function jsonOf(changes: readonly PlannedChange[]): string {
  return changes.map((change) => `${JSON.stringify(change)}\n`).join('');
}
