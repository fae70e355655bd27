import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { EdgeReply } from '../../../src/edge/edge.ts';
import { loadMachine } from '../../../src/provisioning/file/company-sections.ts';
import { firstSnapshot } from '../../../src/provisioning/file/first-start.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { Registrar } from '../../../src/registrar/registrar.ts';
import { type IdSource, seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { digestHa1 } from '../../../src/sip/auth/digest.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { digestAnswer } from '../../support/digest-answer.ts';
import { edgeRequest, type RequestFields } from '../../support/edge-request.ts';

const ha1 = (user: string) => digestHa1('md5', user, 'pbx400.local', `pw-${user}`);
const YAML = `
tenants: { demo: {} }
sip: { listen: [{ host: 192.0.2.1 }], registration: { contacts: 3 } }
extensions:
  8001: { tenant: demo, ha1: { md5: ${ha1('8001')} } }
  8002: { tenant: demo, ha1: { md5: ${ha1('8002')} } }
  8003: { tenant: demo, contact: "sip:8003@10.9.9.9:5070", ha1: { md5: ${ha1('8003')} } }
`;

export interface Attempt extends RequestFields {
  readonly user?: string;
  readonly password?: string;
}

/** A registrar on a store in memory and a manual clock, and phones that register; 8001 where none is named. */
export class RegistrarFixture {
  readonly dir = mkdtempSync(join(tmpdir(), 'pbx400-registrar-'));
  readonly clock = new ManualClock(1_000_000);
  readonly store = new MemoryStore();
  provisioning = new Provisioning([]);
  #registrar: Registrar | undefined;
  #cseq = 0;

  get registrar(): Registrar {
    return this.#registrar!;
  }

  /** Opens a registrar, also again on the same store when the one before was closed. `random`: what chance says. */
  async open(options: { yaml?: string; ids?: IdSource; random?: number } = {}): Promise<void> {
    const { yaml = YAML, ids = seededIds(), random = 0 } = options;
    const file = join(this.dir, 'pbx400.yaml');
    writeFileSync(file, yaml);
    const config = loadMachine({ file, env: {}, overrides: { data: this.dir } });
    this.provisioning = new Provisioning(firstSnapshot(config));
    this.#registrar = await Registrar.open({
      config,
      provisioning: this.provisioning,
      store: this.store,
      clock: this.clock,
      ids: { ...ids, random: () => random },
      logger: silentLogger,
    });
  }

  /** Closes the registrar; fails when a timer is left. */
  async close(): Promise<void> {
    await this.registrar.close();
    expect(this.clock.pending).toBe(0);
    rmSync(this.dir, { recursive: true, force: true });
  }

  register(attempt: Attempt = {}): Promise<EdgeReply> {
    const headers = {
      CSeq: `${++this.#cseq} REGISTER`,
      Contact: '<sip:8001@10.0.0.7:5060>',
      Expires: '600',
      ...attempt.headers,
    };
    return this.authorised({ ...attempt, headers }, (fields) => this.registrar.handle(edgeRequest(fields)));
  }

  /** Sends a request without credentials, then again with the answer to the challenge. */
  async authorised(attempt: Attempt, ask: (fields: RequestFields) => unknown): Promise<EdgeReply> {
    const { user = '8001', password = `pw-${user}`, ...rest } = attempt;
    const fields = { from: `<sip:${user}@pbx400.local>`, target: 'sip:pbx400.local', ...rest };
    const challenge = (await ask(fields)) as EdgeReply;
    expect(challenge.status).toBe(401);
    const [value = ''] = [challenge.headers?.['WWW-Authenticate'] ?? []].flat();
    const method = fields.method ?? 'REGISTER';
    const answer = digestAnswer(value, { username: user, password, method, uri: fields.target });
    return (await ask({ ...fields, headers: { ...fields.headers, Authorization: answer } })) as EdgeReply;
  }

  /** Contacts of an extension, the best first. */
  uris(user = '8001', tenant = 'demo'): string[] {
    return this.registrar.contacts(tenant, user).map(({ contact }) => contact);
  }
}
