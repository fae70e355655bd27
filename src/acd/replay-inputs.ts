import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { deserialize } from 'node:v8';
import { ConfigError } from '../shared/errors.ts';
import { seededIds } from '../shared/ids.ts';
import { AcdCore } from './core/acd-core.ts';
import type { AcdCommand } from './core/commands.ts';
import { type CoreState, revived } from './core/core-state.ts';
import type { AcdInput } from './core/inputs.ts';
import type { InputLogHead } from './input-log.ts';

/** An input that was played again, and what the core commanded. */
export interface Replayed {
  readonly at: number;
  readonly input: AcdInput;
  readonly commands: readonly AcdCommand[];
}

/**
 * Plays a file of inputs again, up to a time; the core as it is then. Functions of the company's own (`agentOrder`) are not in the
 * file: their queues fall back. Throws ConfigError when it is no such file.
 */
export async function replayInputs(
  file: string,
  onTaken: (replayed: Replayed) => void = () => {},
  untilMs = Number.POSITIVE_INFINITY,
): Promise<AcdCore> {
  let core: AcdCore | undefined;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (!core) {
      core = coreOf(line, file);
      continue;
    }
    const taken = parsed(line) as [number, AcdInput] | undefined;
    // A crash may have cut the last line.
    if (!taken || taken[0] > untilMs) break;
    const [at, input] = taken;
    onTaken({ at, input, commands: core.take(input, at) });
  }
  return core ?? coreOf('', file);
}

function coreOf(line: string, file: string): AcdCore {
  const head = parsed(line) as Partial<InputLogHead> | undefined;
  if (typeof head?.seed !== 'number' || typeof head.state !== 'string')
    throw new ConfigError(
      `${file} holds no inputs of an ACD`,
      undefined,
      'name a file of acd-inputs/ in the data folder',
    );
  const state = revived(deserialize(Buffer.from(head.state, 'base64')) as CoreState);
  return new AcdCore(seededIds(head.seed).random, undefined, state);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
