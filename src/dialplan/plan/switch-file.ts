import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Clock } from '../../shared/clock.ts';
import { asError, ConfigError } from '../../shared/errors.ts';
import { Switches, type SwitchState } from './switches.ts';

/** Name of the file within the data folder. */
export const SWITCHES_FILE = 'switches.json';

/** Switches that survive restarts, kept in a small JSON file. Throws ConfigError when the file is no such list. */
export function loadSwitches(file: string, clock: Clock): Switches {
  const save = (on: readonly SwitchState[]) => {
    // Written beside and moved over: a crash leaves the old list or the new one.
    writeFileSync(`${file}.new`, JSON.stringify(on, null, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  return new Switches(clock, existsSync(file) ? read(file) : [], save);
}

function read(file: string): readonly SwitchState[] {
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
