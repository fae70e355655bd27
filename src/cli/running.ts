import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { askRunning } from '../provisioning/control/ask-running.ts';
import { CONTROL_SOCKET, type ControlRequest } from '../provisioning/control/protocol.ts';
import { PbxError } from '../shared/errors.ts';

/** Options of commands that ask the running PBX. */
export interface RunningOptions {
  readonly json?: boolean;
  readonly config?: string;
  readonly data?: string;
}

/** For the log and the history: who asks, by which command. */
export function who(command: string): string {
  return `${userInfo().username} (pbx400 ${command})`;
}

/** The configuration that these options name. */
export function configOf({ config: file, data }: RunningOptions): Config {
  return loadConfig({ file, overrides: data === undefined ? {} : { data } });
}

/** Asks the PBX that runs with this data folder. Throws PbxError when none does, or when it could not do it. */
export async function askPbx<Answer extends object>(
  config: Config,
  request: ControlRequest & object,
): Promise<Answer> {
  const answer = await askIfRunning<Answer>(config, request);
  if (answer !== undefined) return answer;
  throw new PbxError(
    'control',
    `no PBX runs with the data folder ${config.dataDir}; --config or --data names another`,
  );
}

/** As {@link askPbx}; undefined when none runs. */
export async function askIfRunning<Answer extends object>(
  { dataDir }: Config,
  request: ControlRequest & object,
): Promise<Answer | undefined> {
  const answer = await askRunning<Answer>(join(dataDir, CONTROL_SOCKET), request);
  if (answer !== undefined && 'error' in answer) throw new PbxError('control', answer.error);
  return answer;
}
