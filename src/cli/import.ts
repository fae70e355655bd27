import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { prepareDataDir } from '../config/data-dir.ts';
import { loadConfig } from '../config/load-config.ts';
import { importSegments, SEGMENTS_FILE } from '../numbering/area-source.ts';
import { AreaTable } from '../numbering/area-table.ts';
import { configOption, dataOption, readInput } from './options.ts';

interface ImportOptions {
  readonly config?: string;
  readonly data?: string;
}

/** `pbx400 import segments <file>`: proves a segment table (号段表) and takes it into the data folder. */
export function importCommand(write: (text: string) => void): Command {
  const command = new Command('import').description('take data over into the data folder');
  const segments = new Command('segments')
    .description(
      'mobile segments: CSV `prefix,province,city,areaCode,operator` after a line `# version 2026-07`',
    )
    .argument('<file>', 'the table; used from the next start on')
    .addOption(configOption())
    .addOption(dataOption())
    .action((file: string, { config: configFile, data }: ImportOptions) => {
      const { dataDir } = loadConfig({ file: configFile, overrides: data === undefined ? {} : { data } });
      const text = readInput(file);
      const table = new AreaTable('empty');
      const rows = importSegments(table, text, file);
      const target = join(dataDir, SEGMENTS_FILE);
      prepareDataDir(dataDir);
      writeFileSync(`${target}.new`, text, { mode: 0o600 });
      renameSync(`${target}.new`, target);
      write(`${rows} rows, version ${table.version}, ${table.segments} segments, in ${target}\n`);
    });
  return command.addCommand(segments);
}
