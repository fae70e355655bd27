import { randomBytes, scrypt } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ControlAnswers, ControlRequest } from '../provisioning/control/protocol.ts';
import { systemClock } from '../shared/clock.ts';
import { asError, PbxError } from '../shared/errors.ts';
import { systemIds } from '../shared/ids.ts';
import type { JobFact } from '../store/events.ts';
import { type AuditEntry, type Store, StoreError, type StoreJournal } from '../store/store.ts';
import type { Erased, Hold, StoreUpkeep } from '../store/upkeep.ts';
import { runJob } from './job.ts';

/** Adds an entry to the audit trail. */
export interface AuditRequest extends ControlRequest {
  readonly ask: 'audit';
  readonly entry: AuditEntry;
}

export interface HoldRequest extends ControlRequest {
  readonly ask: 'hold';
  readonly hold: Hold;
}

export interface UnholdRequest extends ControlRequest {
  readonly ask: 'unhold';
  readonly tenantId: string;
  readonly id: string;
  readonly at: number;
  readonly by: string;
}

export interface EraseRequest extends ControlRequest {
  readonly ask: 'erase';
  readonly tenantId: string;
  readonly number: string;
  readonly dryRun: boolean;
  readonly at: number;
  readonly by: string;
}

/** What waits for the database in a file, or in memory, is to be stored now. */
export interface StoreWaitingRequest extends ControlRequest {
  readonly ask: 'store-what-waits';
}

/** Puts what a command tells of its job into the stream. */
export interface JobRequest extends ControlRequest {
  readonly ask: 'job';
  readonly fact: JobFact;
}

type KeepingStore = Pick<Store, 'audit' | 'events' | 'upkeep' | 'journal'>;

/** What commands that save, delete and erase ask of a running PBX, or of a store that nobody else has open. */
export function keepingAnswers(
  store: KeepingStore,
  deleteFile: (file: string) => Promise<boolean> = deleteHere,
): ControlAnswers {
  return {
    'store-what-waits': async () => {
      await store.journal.flush();
      return {};
    },
    job: async ({ fact }: JobRequest) => {
      await store.events.tell(fact);
      return {};
    },
    audit: async ({ entry }: AuditRequest) => {
      await store.audit.append(entry);
      return {};
    },
    hold: async ({ hold }: HoldRequest) => {
      const { id, tenantId, at, by, number, ...rest } = hold;
      await upkeepOf(store).holds.add(hold);
      const details = {
        hold: id,
        ...rest,
        ...(number === undefined ? {} : { number: await hashOf(number) }),
      };
      await store.audit.append({ tenantId, at, action: 'hold', by, details });
      return {};
    },
    unhold: async ({ tenantId, id, at, by }: UnholdRequest) => {
      const removed = await upkeepOf(store).holds.remove(tenantId, id);
      if (removed) await store.audit.append({ tenantId, at, action: 'unhold', by, details: { hold: id } });
      return { removed };
    },
    erase: (request: EraseRequest) => erase(store, request, deleteFile),
  };
}

async function erase(
  store: KeepingStore,
  { tenantId, number, dryRun, at, by }: EraseRequest,
  deleteFile: (file: string) => Promise<boolean>,
): Promise<Erased> {
  const deleteFiles = async (files: readonly string[]) => {
    let deleted = 0;
    for (const file of files) if (await deleteFile(file)) deleted++;
    return deleted;
  };
  await storeWhatWaits(store.journal);
  // A name of its own for each: what is left tells his calls from others', and not whose they were.
  const token = `erased-${randomBytes(6).toString('base64url')}`;
  const run = () => upkeepOf(store).erase({ tenantId, number, token, now: at, dryRun, deleteFiles });
  if (dryRun) return await run();
  let erased: Erased | undefined;
  const parts = { clock: systemClock, ids: systemIds, tell: (fact: JobFact) => store.events.tell(fact) };
  await runJob(parts, { tenantId, kind: 'erase', by }, async () => {
    erased = await run();
    const { setUp, ...counts } = erased;
    const details = { number: await hashOf(number), token, ...counts, setUp: setUp.length };
    await store.audit.append({ tenantId, at, action: 'erase', by, details });
    return { ...counts, setUp: setUp.length };
  });
  return erased!;
}

/** Events that wait for the database may be of the person, and would come into it afterwards. */
async function storeWhatWaits(journal: StoreJournal): Promise<void> {
  try {
    await journal.flush();
  } catch (error) {
    const fix = 'erase when the database can be written again (state in /api/v1/health)';
    throw new StoreError(`nothing is erased: ${asError(error).message}; ${fix}`, { cause: error });
  }
}

/** Deletes a file; false: it was not there. */
export async function deleteHere(file: string): Promise<boolean> {
  const wasThere = await stat(file).then(
    () => true,
    () => false,
  );
  await rm(file, { force: true });
  return wasThere;
}

/** Proves to whoever knows the number that it was this one. There are few numbers: a quick hash would give them away. */
async function hashOf(number: string): Promise<string> {
  const salt = randomBytes(12);
  const hash = await promisify<string, Buffer, number, Buffer>(scrypt)(number, salt, 24);
  return `scrypt:${salt.toString('base64url')}:${hash.toString('base64url')}`;
}

function upkeepOf({ upkeep }: Pick<Store, 'upkeep'>): StoreUpkeep {
  if (!upkeep) throw new PbxError('store', 'this store ends with the process: nothing in it is kept');
  return upkeep;
}
