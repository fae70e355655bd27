import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { prepareDataDir } from '../config/data-dir.ts';
import { differingFiles, restoreFile } from '../keeping/data-files.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { systemClock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import { type BackupProgress, restoreTables, rowsOf } from '../store/backup.ts';
import { type BackedUpFile, BackupFile } from '../store/sqlite/backup-file.ts';
import { endedJob } from './keeping.ts';
import { configOption, dataOption } from './options.ts';
import { Progress } from './progress.ts';
import { who } from './running.ts';

interface RestoreOptions {
  readonly force?: boolean;
  readonly json?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** `pbx400 restore <file>`: puts a backup in the place of what is there, while no PBX runs. */
export function restoreCommand(write: (text: string) => void, tell: (text: string) => void): Command {
  return new Command('restore')
    .description('put a backup into the database and the data folder of the configuration')
    .argument('<file>', 'as pbx400 backup made it')
    .option('--force', 'replace what the database and the data folder hold')
    .option('--json', 'what was restored as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async (name: string, { force = false, json = false, config: file, data }: RestoreOptions) => {
      const config = loadMachine({ file, overrides: data === undefined ? {} : { data } });
      const source = resolve(name);
      if (!existsSync(source)) throw new PbxError('input', `there is no ${source}`);
      const backup = BackupFile.open(source);
      const progress = new Progress(tell);
      try {
        const say: BackupProgress = (what, done, total) => progress.say(what, done, total);
        const restored = await restore(config, backup, force, say).finally(() => progress.end());
        if (json) write(`${JSON.stringify({ ...backup.origin, ...restored })}\n`);
        else write(textOf(restored));
      } finally {
        backup.close();
      }
    });
}

const HELP = `
No PBX may run with the database or the data folder. All tables come back or none; then the files, each compared with its
checksum. Tables of an older version are brought up to date; a newer one is refused. Calls that were under way when the backup
was made are closed with cause restart. Files that the backup does not hold stay as they are: recordings are checked by
pbx400 verify. Where the configuration names the database in a file of the data folder (store: { file: store-url }), write that
file first. With --force call events that wait in journal*.jsonl for the database that is replaced are set aside as
journal*.jsonl.replaced-TIME; look for such files in the data folders of other nodes, too.`;

interface Restored {
  readonly rows: number;
  readonly files: number;
  /** Files with call events of the database that was replaced. */
  readonly aside: readonly string[];
}

function textOf({ rows, files, aside }: Restored): string {
  const rest = aside.map((file) => `call events of the database that was replaced: ${file}\n`);
  return `${rows} rows read back and found equal, ${files} files\n${rest.join('')}`;
}

async function restore(
  config: Config,
  backup: BackupFile,
  force: boolean,
  onProgress: BackupProgress,
): Promise<Restored> {
  const { dataDir, store, nodeId, journal } = config;
  prepareDataDir(dataDir);
  const { files } = backup;
  if (!force) await requireNoOthers(dataDir, files);
  const { tables, aside } = await restoreTables(store, {
    backup,
    nodeId,
    folder: dataDir,
    force,
    waiting: journal.files,
    entry: { tenantId: 'system', at: systemClock.now(), action: 'restore', by: who('restore') },
    ended: (outcome) => endedJob('restore', outcome),
    onProgress,
  });
  for (const [index, file] of files.entries()) {
    await restoreFile(backup, dataDir, file);
    onProgress('files', index + 1, files.length);
  }
  return { rows: rowsOf(tables), files: files.length, aside };
}

async function requireNoOthers(dataDir: string, files: readonly BackedUpFile[]): Promise<void> {
  const others = await differingFiles(dataDir, files);
  if (others.length === 0) return;
  const some = others.slice(0, 3).join(', ');
  throw new PbxError(
    'input',
    `${dataDir} has others of ${others.length} files (${some}); --force replaces them`,
  );
}
