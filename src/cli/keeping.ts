/** What the commands that save, restore, delete and erase share. */
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { runJob } from '../keeping/job.ts';
import { type JobRequest, keepingAnswers } from '../keeping/keeping-answers.ts';
import { askRunning } from '../provisioning/control/ask-running.ts';
import {
  CONTROL_SOCKET,
  type ControlAnswers,
  type ControlError,
  type ControlRequest,
} from '../provisioning/control/protocol.ts';
import { systemClock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import { systemIds } from '../shared/ids.ts';
import { silentLogger } from '../shared/logger.ts';
import type { JobFact } from '../store/events.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { who } from './running.ts';

/** The PBX that runs with this data folder does it, or we ourselves, holding its database. Throws PbxError. */
export async function keep<Answer extends object>(
  config: Config,
  request: ControlRequest & object,
): Promise<Answer> {
  return await askOrOpen(config, request, keepingAnswers);
}

/** The same for who is answered by others. */
export async function askOrOpen<Answer extends object>(
  config: Config,
  request: ControlRequest & object,
  answersOf: (store: Store) => ControlAnswers,
): Promise<Answer> {
  return (await ask<Answer>(config, request)) ?? ((await doAlone(config, request, answersOf)) as Answer);
}

/** The PBX that runs with this data folder does it; false: none runs. Throws PbxError. */
export async function isAsked(config: Config, request: ControlRequest & object): Promise<boolean> {
  return (await ask<object>(config, request)) !== undefined;
}

async function ask<Answer extends object>(
  { dataDir }: Config,
  request: ControlRequest & object,
): Promise<Answer | undefined> {
  const running = await askRunning<Answer>(join(dataDir, CONTROL_SOCKET), request);
  if (running && 'error' in running) throw new PbxError('control', (running as ControlError).error);
  return running as Answer | undefined;
}

async function doAlone(
  config: Config,
  request: ControlRequest,
  answersOf: (store: Store) => ControlAnswers,
): Promise<unknown> {
  const services = { clock: systemClock, logger: silentLogger };
  const { nodeId, journal } = config;
  // What waits is stored first: calls on hold would not be there yet, or a person who was erased would come back.
  const store = await openStore(config.store, { nodeId, waiting: journal, ...services });
  try {
    await store.journal.flush();
    return await answersOf(store)[request.ask]!(request as never);
  } finally {
    await store.close();
  }
}

/**
 * Runs long work of the whole installation, and tells it the stream of `system` where a PBX runs. Where none does nobody hears it; what
 * was done is in the audit trail.
 */
export function runTold<Outcome extends object>(
  config: Config,
  kind: JobFact['kind'],
  work: (onProgress: (done: number, total?: number) => void) => Promise<Outcome>,
): Promise<Outcome> {
  const tell = (fact: JobFact) => {
    const request: JobRequest = { ask: 'job', fact };
    return isAsked(config, request);
  };
  const parts = { clock: systemClock, ids: systemIds, tell };
  return runJob(parts, { tenantId: 'system', kind, by: who(kind) }, work);
}

/** What the stream of `system` is told of long work of a command that no PBX may run beside: in its transaction, when it is over. */
export function endedJob(kind: JobFact['kind'], outcome: object): JobFact {
  const [job, at] = [systemIds.token(), systemClock.now()];
  const ended = { did: 'end', by: who(kind), done: undefined, total: undefined, outcome } as const;
  return { type: 'job', tenantId: 'system', at, job, kind, ...ended };
}
