import { randomBytes, scrypt } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ControlAnswers, ControlRequest } from '../provisioning/control/protocol.ts';
import { asError, PbxError } from '../shared/errors.ts';
import { type AuditEntry, type Store, StoreError, type StoreJournal } from '../store/store.ts';
import type { Erased, Hold, StoreUpkeep } from '../store/upkeep.ts';

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

/** What commands that save, delete and erase ask of a running PBX, or of a store that nobody else has open. */
export function keepingAnswers(
  store: Pick<Store, 'audit' | 'upkeep' | 'journal'>,
  deleteFile: (file: string) => Promise<boolean> = deleteHere,
): ControlAnswers {
  return {
    'store-what-waits': async () => {
      await store.journal.flush();
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
  store: Pick<Store, 'audit' | 'upkeep' | 'journal'>,
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
  const erased = await upkeepOf(store).erase({ tenantId, number, token, now: at, dryRun, deleteFiles });
  if (dryRun) return erased;
  const { setUp, ...counts } = erased;
  const details = { number: await hashOf(number), token, ...counts, setUp: setUp.length };
  await store.audit.append({ tenantId, at, action: 'erase', by, details });
  return erased;
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
