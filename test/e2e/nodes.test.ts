/** Two processes on one PostgreSQL, callers on both: one is killed, the other loses nothing and closes its calls. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Cdr } from '../../src/cdr/cdr.ts';
import { describeBeside } from '../support/describe-beside.ts';
import { type ConfigDocument, Pbx, TOKEN, TRUNK_HOST } from '../support/pbx.ts';
import { Sipp, sippMissing } from '../support/sipp.ts';
import { POSTGRESQL, type StorePlace } from '../support/store-engines.ts';
import { UdpPhone } from '../support/udp-phone.ts';
import { until } from '../support/until.ts';

/** Callers at the node that is killed, and at the one that goes on. */
const CUT = '13800138001';
const WHOLE = '13800138002';
const CUT_CALLS = 5;
const WHOLE_CALLS = 60;
/** A lease runs out after 30 s and is looked at every 5 s; the machine may be busy. */
const LEASE_MS = 30_000;
const LOST_MS = 60_000;
/** Where callers say that they hear; nobody does. */
const CALLERS_RTP = 33_000;
/** Ports of the nodes' RTP: they share a machine here. */
const RTP = { one: 24_000, two: 25_000 };

/** For the body of a `describe`: nodes on a database of their own, and what tests open beside them. */
class Nodes {
  folder!: string;
  readonly open: (() => unknown)[] = [];
  #place!: StorePlace;

  constructor() {
    beforeEach(async () => {
      this.#place = await POSTGRESQL.makeEmpty();
      this.folder = mkdtempSync(join(tmpdir(), 'pbx400-nodes-'));
    });
    afterEach(async () => {
      for (const close of this.open.splice(0).reverse()) await close();
      await this.#place.remove();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  async start(node: keyof typeof RTP): Promise<Pbx> {
    const { location } = this.#place;
    const configure = (config: ConfigDocument) => {
      if (location.engine === 'postgres') config.store = location.url;
      config.media = { ...config.media, portMin: RTP[node], portMax: RTP[node] + 998 };
    };
    const pbx = await Pbx.start({ configure, dataDir: join(this.folder, node) });
    this.open.push(() => pbx.cleanUp());
    return pbx;
  }

  async callers(pbx: Pbx, scenario: string, caller: string, more: object): Promise<Sipp> {
    const sipp = await Sipp.run({
      scenario,
      to: pbx.sip,
      host: TRUNK_HOST,
      keys: { caller, rtp_port: CALLERS_RTP },
      limitMs: 150_000,
      ...more,
    });
    this.open.push(() => sipp.kill());
    return sipp;
  }

  /** Those under way in the database, by whichever node. */
  async openCalls(): Promise<number> {
    return (await this.#place.sql('select id from call_journal')).length;
  }
}

async function recordsOf(pbx: Pbx, caller: string): Promise<readonly Cdr[]> {
  return await pbx.records(`limit=100&caller=${caller}`);
}

const missing = POSTGRESQL.missing ?? sippMissing;

describeBeside(missing, 'two nodes on one PostgreSQL, of which one is killed', () => {
  const nodes = new Nodes();

  it('the one that goes on loses no call, and closes those of the one that was killed, once', async () => {
    const [one, two] = [await nodes.start('one'), await nodes.start('two')];
    const cut = await nodes.callers(one, 'caller-call-expect-bye', CUT, { calls: CUT_CALLS, rate: 10 });
    const whole = await nodes.callers(two, 'caller-hangs-up-expect-ok', WHOLE, {
      calls: WHOLE_CALLS,
      pauseMs: 2000,
    });
    const answered = () => cut.log.filter((line) => line.startsWith('media')).length === CUT_CALLS;
    await until('its callers are answered', answered, { limitMs: 30_000, show: () => cut.trace() });
    expect(await nodes.openCalls()).toBeGreaterThan(0);
    await one.kill();
    const killedAt = performance.now();

    const lost = async () => (await recordsOf(two, CUT)).length === CUT_CALLS;
    await until('its calls are closed', lost, { limitMs: LOST_MS, everyMs: 500, show: () => two.output });
    // The database saw it up to 5 s before it was killed.
    expect(performance.now() - killedAt).toBeGreaterThan(LEASE_MS - 6000);
    const closed = await recordsOf(two, CUT);
    for (const cdr of closed) expect(cdr).toMatchObject({ cause: 'node-lost', fault: 'system', q850: 41 });
    expect((await two.get('/api/v1/health')).body.node.peers).toBe(0);

    await whole.passed();
    const normal = await until('all records are there', async () => {
      const records = await recordsOf(two, WHOLE);
      return records.length === WHOLE_CALLS && records;
    });
    expect(new Set(normal.map(({ cause }) => cause))).toEqual(new Set(['normal']));
    expect(new Set(normal.map(({ callId }) => callId)).size).toBe(WHOLE_CALLS);

    const again = await nodes.start('one');
    expect(again.log.filter(({ calls }) => calls !== undefined)).toEqual([]);
    expect(await recordsOf(again, CUT)).toEqual(closed);
    expect((await again.get('/api/v1/health')).body.node.peers).toBe(1);
    expect(await recordsOf(again, WHOLE)).toHaveLength(WHOLE_CALLS);
  }, 240_000);
});

describeBeside(missing, 'two nodes on one PostgreSQL', () => {
  const nodes = new Nodes();

  it('what is set up or registered at one is known at the other', async () => {
    const [one, two] = [await nodes.start('one'), await nodes.start('two')];
    const file = join(nodes.folder, 'company.yaml');
    writeFileSync(
      file,
      'tenant: late\ntenants: { late: { domain: late.example } }\nextensions: { 8101: {} }\n',
    );
    await one.cli('apply', file);
    const password = await until('its password is made, by one of them', () => {
      const found = [one, two].map(({ dataDir }) => passwordIn(join(dataDir, 'initial-passwords.txt')));
      return found.find((each) => each !== undefined);
    });
    const phone = await UdpPhone.open(two.sip, '127.0.0.40', 'late.example');
    nodes.open.push(() => phone.close());
    const isIn = async () => (await phone.register({ user: '8101', password })).status === 200;
    await until('the other takes its phone', isIn, { everyMs: 300, show: () => two.output.slice(-2000) });
    const isKnown = async () => {
      const response = await fetch(`${one.http}/metrics`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      return /^pbx400_registered_contacts 1$/m.test(await response.text());
    };
    await until('its contact is known at the one', isKnown, { show: () => one.output.slice(-2000) });
  }, 180_000);
});

function passwordIn(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8').match(/^8101\t(\S+)/m)?.[1] : undefined;
}
