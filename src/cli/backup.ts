import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { addDataFiles, BACKUPS_FOLDER } from '../keeping/data-files.ts';
import type { AuditRequest, StoreWaitingRequest } from '../keeping/keeping-answers.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { systemClock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import { PACKAGE } from '../shared/own-package.ts';
import { type BackupProgress, backUp } from '../store/backup.ts';
import { openRecords } from '../store/open-store.ts';
import { BackupFile } from '../store/sqlite/backup-file.ts';
import { isAsked, keep, runTold } from './keeping.ts';
import { configOption, dataOption } from './options.ts';
import { Progress } from './progress.ts';
import { who } from './running.ts';

interface BackupOptions {
  readonly withRecordings?: boolean;
  readonly json?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** `pbx400 backup <file>`: saves database and data folder while the PBX runs, or when it is stopped. */
export function backupCommand(write: (text: string) => void, tell: (text: string) => void): Command {
  return new Command('backup')
    .description('save the database and the files of the data folder in one file, while the PBX runs')
    .argument('<file>', 'to be made, mode 0600; not in the data folder but in its folder backups')
    .option('--with-recordings', 'recordings and voicemail messages, too')
    .option('--json', 'what is in it as JSON')
    .addOption(configOption())
    .addOption(dataOption())
    .addHelpText('after', HELP)
    .action(async (name: string, { withRecordings = false, json, config: file, data }: BackupOptions) => {
      const config = loadMachine({ file, overrides: data === undefined ? {} : { data } });
      const target = resolve(name);
      requireOutside(target, config);
      const progress = new Progress(tell);
      const { bytes } = await runTold(config, 'backup', async (onProgress) => {
        await save(config, target, withRecordings, (what, done, total) => {
          progress.say(what, done, total);
          onProgress(done, total);
        }).finally(() => progress.end());
        const { size } = statSync(target);
        const count = contentsOf(target).files.length;
        const details = { bytes: size, files: count, recordings: withRecordings };
        await noteBackup(config, target, details);
        return details;
      });
      const { origin, files } = contentsOf(target);
      if (json) write(`${JSON.stringify({ file: target, bytes, ...origin, files })}\n`);
      else write(`${target}: ${bytes} bytes, the database and ${files.length} files\n`);
    });
}

const HELP = `
Whichever the database is, SQLite or PostgreSQL: the file is the same, and pbx400 restore puts it into either. It holds the
database as it was at one moment, and of the data folder prompts, imported tables, tokens and secrets: keep it as safe as
these. Each file has its SHA-256. Not in it: the configuration, hotlines in TypeScript and, without --with-recordings, recordings
and messages, whose checksums are in the records (pbx400 verify). Erased and deleted data stays in older backups. None is made
while call events wait for the database: it would lack them.`;

function contentsOf(file: string) {
  const backup = BackupFile.open(file);
  const { origin, files } = backup;
  backup.close();
  return { origin, files };
}

/** A backup that holds the last one, which holds the one before, grows without end. */
function requireOutside(target: string, { dataDir }: Config): void {
  const path = relative(dataDir, target);
  if (path.startsWith('..') || path.startsWith(`${BACKUPS_FOLDER}/`)) return;
  const fix = `name one outside of ${dataDir}, or in its folder ${BACKUPS_FOLDER}`;
  throw new PbxError('input', `a backup in the data folder would be in the next one; ${fix}`);
}

const STORE_WAITING: StoreWaitingRequest = { ask: 'store-what-waits' };

function save(config: Config, file: string, audio: boolean, onProgress: BackupProgress): Promise<void> {
  const { dataDir, store, journal } = config;
  return backUp(store, {
    file,
    waiting: journal.files,
    storeWaiting: () => isAsked(config, STORE_WAITING),
    version: PACKAGE.version,
    now: systemClock.now(),
    onProgress,
    addFiles: (backup) =>
      addDataFiles(backup, dataDir, { audio, onFile: (count) => onProgress('files', count, 0) }),
  });
}

/** In the audit trail, unless that needed an older version's tables to be changed, which is the next start's business. */
async function noteBackup(
  config: Config,
  file: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  const records = await openRecords(config.store);
  const isUpToDate = await records.isUpToDate().finally(() => records.close());
  if (!isUpToDate) return;
  const by = who('backup');
  const request: AuditRequest = {
    ask: 'audit',
    entry: { tenantId: 'system', at: systemClock.now(), action: 'backup', by, details: { file, ...details } },
  };
  await keep(config, request);
}
