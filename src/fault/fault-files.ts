import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultFacts, FaultHead, FaultStore } from './fault-store.ts';

/** In the data folder. */
export const FAULTS_FOLDER = 'fault-reports';

const HEAD = '.head.json';
const FACTS = '.facts.json';
/** As `IdSource.token` makes them: nothing that leads elsewhere. */
const ID = /^[\w-]{1,64}$/;

/** Fault reports in files of the data folder, 0600: `COMPANY/ID.head.json` beside `ID.facts.json`. */
export class FaultFiles implements FaultStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async add(head: FaultHead, facts: FaultFacts): Promise<void> {
    await mkdir(this.#of(head.tenantId), { recursive: true, mode: 0o700 });
    // What has a head is whole.
    await this.#write(head.tenantId, `${head.id}${FACTS}`, facts);
    await this.#write(head.tenantId, `${head.id}${HEAD}`, head);
  }

  async heads(tenantId: string): Promise<readonly FaultHead[]> {
    const names = await readdir(this.#of(tenantId)).catch(orNothing);
    const heads = (names ?? []).filter((name) => name.endsWith(HEAD));
    const read = await Promise.all(heads.map((name) => this.#read<FaultHead>(tenantId, name)));
    return read.filter((head) => head !== undefined);
  }

  facts(tenantId: string, id: string): Promise<FaultFacts | undefined> {
    return this.#read<FaultFacts>(tenantId, `${id}${FACTS}`);
  }

  async change(head: FaultHead): Promise<void> {
    await this.#write(head.tenantId, `${head.id}${HEAD}`, head);
  }

  async remove(tenantId: string, id: string): Promise<void> {
    for (const part of [HEAD, FACTS]) await rm(this.#path(tenantId, `${id}${part}`), { force: true });
  }

  async #write(tenantId: string, name: string, value: object): Promise<void> {
    const path = this.#path(tenantId, name);
    await writeFile(`${path}.new`, JSON.stringify(value), { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
  }

  async #read<Value>(tenantId: string, name: string): Promise<Value | undefined> {
    const text = await readFile(this.#path(tenantId, name), 'utf8').catch(orNothing);
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  }

  #of(tenantId: string): string {
    return this.#path(tenantId, '');
  }

  #path(tenantId: string, name: string): string {
    const [id] = name.split('.');
    if (!ID.test(tenantId) || (name !== '' && !ID.test(id!)))
      throw new RangeError(`no file is ${tenantId}/${name}`);
    return join(this.#folder, tenantId, name);
  }
}

/** What is not there is nothing; all else is an error. */
function orNothing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
