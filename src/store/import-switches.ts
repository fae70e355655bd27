import { existsSync, readFileSync, renameSync } from 'node:fs';
import { asError, ConfigError } from '../shared/errors.ts';
import type { StoredSwitch, SwitchStore } from './store.ts';

/** Where switches stood before they had a table, within the data folder. */
export const SWITCHES_FILE = 'switches.json';

/**
 * Takes the switches of an older version's file into the table, once: the file is renamed. Throws ConfigError when it
 * is no such list.
 */
export async function importSwitches(file: string, store: SwitchStore): Promise<void> {
  if (!existsSync(file)) return;
  await store.replace(read(file));
  renameSync(file, `${file}.imported`);
}

function read(file: string): readonly StoredSwitch[] {
  try {
    const list = JSON.parse(readFileSync(file, 'utf8')) as unknown;
    if (!Array.isArray(list)) throw new Error('no list');
    return list.map((each: Readonly<Record<string, unknown>>) => ({
      tenant: String(each['tenant']),
      name: String(each['name']),
      untilMs: typeof each['untilMs'] === 'number' ? each['untilMs'] : undefined,
    }));
  } catch (error) {
    throw new ConfigError(
      `the switches cannot be read: ${asError(error).message}`,
      { file },
      'correct the file or remove it: all switches are off then',
      { cause: error },
    );
  }
}
