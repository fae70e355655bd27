/** The PBX with two companies that are equal but for their domains and numbers, with softphones at their desks and callers on their trunks. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Cdr } from '../../src/cdr/cdr.ts';
import { freeSipPort } from './free-port.ts';
import { type ConfigDocument, Pbx, withoutCompany } from './pbx.ts';
import { HZ, Softphone, type Sound } from './softphone.ts';
import { until } from './until.ts';
import { sine, writeWav } from './wav-file.ts';

const PASSWORD = 'horse-staple';

export type Company = keyof typeof COMPANIES;

/** `carrier`: where its callers come from; `line`: where its calls out go. */
export const COMPANIES = {
  a: { domain: 'a.example', hotline: '4001111111', carrier: '127.0.0.51', line: '127.0.0.52' },
  b: { domain: 'b.example', hotline: '4002222222', carrier: '127.0.0.53', line: '127.0.0.54' },
} as const;

/** Who sits where, in either company. */
const DESKS = { bob: '8001', carol: '8002', dave: '8003', eve: '8004' } as const;

export type Desk = keyof typeof DESKS;

/** What a company has set up: bob and carol serve the queue `sales` of its hotline, bob first. */
function companyDocument(name: Company, linePort: number): ConfigDocument {
  const { domain, hotline, carrier, line } = COMPANIES[name];
  const account = (number: string) => {
    const md5 = createHash('md5').update(`${number}:${domain}:${PASSWORD}`).digest('hex');
    return [number, { ha1: { md5, realm: domain } }] as const;
  };
  return {
    tenant: name,
    tenants: { [name]: { domain, areaCode: '0755' } },
    trunks: {
      carrier: {
        addresses: [carrier, line],
        uri: `sip:${line}:${linePort}`,
        probe: '0s',
        callerId: hotline,
      },
    },
    extensions: Object.fromEntries(Object.values(DESKS).map(account)),
    agents: { 8001: {}, 8002: {} },
    queues: {
      sales: { strategy: 'sequential', agents: [8001, 8002], announceAgent: false, wrapUp: '0s' },
    },
    hotlines: { [hotline]: { name: '服务热线', flow: { type: 'queue', queue: 'sales' } } },
  };
}

export interface PhoneHouseOptions {
  /** Changes what both companies have set up. */
  readonly company?: (document: ConfigDocument, name: Company) => void;
  /** Changes the configuration of the machine. */
  readonly machine?: (config: ConfigDocument) => void;
}

export class PhoneHouse {
  #pbx: Pbx;
  readonly #folder: string;
  readonly #linePorts: Readonly<Record<Company, number>>;
  readonly #phones: Softphone[] = [];

  private constructor(pbx: Pbx, folder: string, linePorts: Readonly<Record<Company, number>>) {
    this.#pbx = pbx;
    this.#folder = folder;
    this.#linePorts = linePorts;
  }

  static async open({ company = () => {}, machine = () => {} }: PhoneHouseOptions = {}): Promise<PhoneHouse> {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-phones-'));
    const linePorts = {
      a: await freeSipPort(COMPANIES.a.line),
      b: await freeSipPort(COMPANIES.b.line),
    };
    const documents = (['a', 'b'] as const).map((name) => {
      const document = companyDocument(name, linePorts[name]);
      company(document, name);
      return stringify(document);
    });
    const seed = join(folder, 'companies.yaml');
    writeFileSync(seed, documents.join('---\n'));
    mkdirSync(join(folder, 'prompts'));
    writeWav(join(folder, 'prompts/queue-music.wav'), sine(HZ.music, 60_000));
    mkdirSync(join(folder, 'dialplans'));
    const pbx = await Pbx.start({
      configure: (config) => {
        withoutCompany(config);
        Object.assign(config, {
          seed,
          dialplans: join(folder, 'dialplans'),
          prompts: join(folder, 'prompts'),
        });
        machine(config);
      },
    });
    return new PhoneHouse(pbx, folder, linePorts);
  }

  get pbx(): Pbx {
    return this.#pbx;
  }

  /** The machine fails (`kill -9`), and the PBX starts again at the same addresses. */
  async restart(): Promise<void> {
    await this.#pbx.kill();
    this.#pbx = await this.#pbx.again();
  }

  /** The phone on a desk, registered; at another's desk with his `voice`. */
  phone(desk: Desk, company: Company = 'a', voice: Sound = desk): Promise<Softphone> {
    const { domain } = COMPANIES[company];
    return this.#start({ number: DESKS[desk], domain, voice });
  }

  /** Somebody outside, who reaches a company over its trunk. */
  outside(company: Company = 'a', number = '13800138000', voice: Sound = 'alice'): Promise<Softphone> {
    const host = COMPANIES[company].carrier;
    return this.#start({ number, domain: host, host, registers: false, voice });
  }

  /** Somebody outside calls the hotline of a company. */
  async calls(caller: Softphone, company: Company = 'a') {
    return caller.dial(`sip:${COMPANIES[company].hotline}@${this.pbx.sip}`);
  }

  /** Somebody outside whom a company's trunk reaches. */
  line(company: Company = 'a', number = '13900139000', voice: Sound = 'alice'): Promise<Softphone> {
    const host = COMPANIES[company].line;
    return this.#start({
      number,
      domain: host,
      host,
      port: this.#linePorts[company],
      registers: false,
      voice,
    });
  }

  /** The record of the call from `caller`, as soon as it is over. */
  recordOf(caller: string): Promise<Cdr> {
    return until(
      `the record of the call from ${caller}`,
      async () => {
        const cdrs = await this.pbx.records('limit=100');
        return cdrs.find((record) => record.caller === caller);
      },
      { show: () => this.pbx.output.slice(-4000) },
    );
  }

  /** For `afterEach`: all phones hang up and go. */
  async clear(): Promise<void> {
    await Promise.all(this.#phones.splice(0).map((phone) => phone.close()));
  }

  /** For `afterAll`. */
  async close(): Promise<void> {
    await this.clear();
    await this.pbx.cleanUp();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(
    options: Pick<
      Parameters<typeof Softphone.start>[0],
      'number' | 'domain' | 'host' | 'port' | 'registers' | 'voice'
    >,
  ): Promise<Softphone> {
    const phone = await Softphone.start({ pbx: this.pbx.sip, password: PASSWORD, ...options });
    this.#phones.push(phone);
    return phone;
  }
}
