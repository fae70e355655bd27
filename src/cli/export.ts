import { Command, Option } from 'commander';
import { readCompanies } from '../open-companies.ts';
import { withoutSecrets } from '../provisioning/check/secrets.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { writeEntities } from '../provisioning/file/write-entities.ts';
import { KIND_NAMES, type KindName, kindOf } from '../provisioning/kinds.ts';
import type { Named } from '../provisioning/snapshot.ts';
import { systemClock } from '../shared/clock.ts';
import { systemIds } from '../shared/ids.ts';
import { configOption, dataOption } from './options.ts';

interface ExportOptions {
  readonly kind?: KindName;
  readonly tenant?: string;
  readonly withSecrets?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** `pbx400 export`: the entities of companies as YAML that `pbx400 apply` takes; reads only, PBX running or not. */
export function exportCommand(write: (text: string) => void): Command {
  return new Command('export')
    .description('print the entities of companies as YAML, as pbx400 apply takes it')
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(KIND_NAMES))
    .option('--tenant <id>', 'only of this company')
    .option('--with-secrets', 'passwords too; without, apply leaves them as they are')
    .addOption(configOption())
    .addOption(dataOption())
    .action(async ({ kind, tenant, withSecrets, config: file, data }: ExportOptions) => {
      const config = loadMachine({ file, overrides: data === undefined ? {} : { data } });
      const all = [...(await readCompanies(config, { clock: systemClock, ids: systemIds }))];
      const entities = all.filter(
        (entity) =>
          (kind === undefined || entity.kind === kind) && (tenant === undefined || entity.tenant === tenant),
      );
      write(writeEntities(withSecrets ? entities : entities.map(hidden)));
    });
}

function hidden(entity: Named): Named {
  const value = withoutSecrets(kindOf(entity.kind), entity.value as never);
  return { ...entity, value: value as never };
}
