/** `kill -9` in mid-call, a drain and a drain cut short, on every SIP engine and both databases; a full disk and a folder that cannot be written. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeBeside } from '../support/describe-beside.ts';
import { toneMs } from '../support/hearing.ts';
import { dial, type Party, phones, placeCall, waitForCall } from '../support/party.ts';
import type { ConfigDocument, Pbx } from '../support/pbx.ts';
import {
  EMBEDDED,
  SIP_ENGINES,
  type SipEngine,
  type SipServer,
  START_MS,
  startPbxOn,
  titleOn,
} from '../support/sip-engines.ts';
import { POSTGRESQL, type StoreEngine, type StorePlace } from '../support/store-engines.ts';
import { until } from '../support/until.ts';
import { readWav } from '../support/wav.ts';

const CALLER_HZ = 620;
const AGENT_HZ = 1300;

/** Puts a disk of 64 kB at `folder`; false where that is forbidden: without root, or in a container. */
const mountSmallDisk = (folder: string) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0;

const mountable = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-mount-'));
  const mounted = mountSmallDisk(folder);
  if (mounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return mounted;
})();

/** For the body of a `describe`: a server that stays, PBXs one after the other on the same data, the agent's phone. */
class Scene {
  dataDir = '';
  #server: SipServer | undefined;
  #phones!: Awaited<ReturnType<typeof phones<'8001'>>>;
  #pbx: Pbx | undefined;
  /** Where records go; undefined: into the data folder. */
  #place: StorePlace | undefined;

  constructor(engine: SipEngine, database?: StoreEngine) {
    beforeAll(async () => {
      this.#server = await engine.start?.();
    }, START_MS);
    beforeEach(async () => {
      this.#phones = await phones('8001');
      this.dataDir = mkdtempSync(join(tmpdir(), 'pbx400-data-'));
      this.#place = await database?.makeEmpty();
    });
    afterEach(async () => {
      await this.#pbx?.cleanUp();
      await this.#place?.remove();
      rmSync(this.dataDir, { recursive: true, force: true });
    });
    afterAll(() => this.#server?.close());
  }

  /** Starts a PBX; the one before is gone. */
  async start(): Promise<Pbx> {
    await this.#pbx?.cleanUp();
    const configure = (config: ConfigDocument) => {
      config.extensions['8001'].contact = this.#phones.contacts['8001'];
      const location = this.#place?.location;
      if (location?.engine === 'postgres') config.store = location.url;
      Object.assign(config.queues.sales, { agents: ['8001'], wrapUp: '0s', announceAgent: false });
    };
    this.#pbx = await startPbxOn(this.#server, configure, { dataDir: this.dataDir });
    return this.#pbx;
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#pbx?.kill();
  }

  /** A call that reached its agent; each has heard the other's tone for `ms`. */
  async talking(
    caller: string,
    { ms = 500, agentTalksMs }: { ms?: number; agentTalksMs?: number } = {},
  ): Promise<{ alice: Party; bob: Party }> {
    const bob = await waitForCall({
      number: '8001',
      port: this.#phones.ports['8001'],
      ...(agentTalksMs !== undefined && {
        scenario: 'agent-answers-and-hangs-up-expect-ok',
        pauseMs: agentTalksMs,
      }),
    });
    const alice = await placeCall(this.#pbx!, { caller });
    await alice.voice.hears('main-menu');
    alice.voice.press('1');
    await bob.rung();
    alice.voice.tone(CALLER_HZ);
    bob.voice.tone(AGENT_HZ);
    await until(
      'each hears the other',
      () => toneMs(alice.voice.audio, AGENT_HZ) >= ms && toneMs(bob.voice.audio, CALLER_HZ) >= ms,
      { limitMs: ms + 10_000, everyMs: 100 },
    );
    return { alice, bob };
  }
}

/** Every SIP engine with SQLite, and PostgreSQL once. */
const HOUSES: readonly (SipEngine & { readonly database?: StoreEngine })[] = [
  ...SIP_ENGINES,
  {
    ...EMBEDDED,
    name: `${EMBEDDED.name} with ${POSTGRESQL.name}`,
    missing: EMBEDDED.missing ?? POSTGRESQL.missing,
    database: POSTGRESQL,
  },
];

for (const engine of HOUSES) {
  describeBeside(engine.missing, titleOn('the PBX', engine), () => {
    const scene = new Scene(engine, engine.database);

    it('closes a call that kill -9 cut with cause restart, its recording is playable, and the next call goes through', async () => {
      await scene.start();
      const { alice, bob } = await scene.talking('13800138010', { ms: 4000 });
      await scene.kill();
      if (engine.hangsUp) await Promise.all([alice.sipp.passed(), bob.sipp.passed()]);
      for (const { sipp } of [alice, bob]) sipp.kill();

      const pbx = await scene.start();
      const cdr = await pbx.cdrOf('13800138010');
      expect(cdr).toMatchObject({
        cause: 'restart',
        endedBy: 'engine',
        agent: '8001',
        called: '4001234567',
      });
      expect(cdr.segments.map(({ kind }) => kind)).toContain('talk');
      const wav = readWav(cdr.recordings[0]!.file);
      expect(wav.complete).toBe(true);
      expect(toneMs(wav.channels[0]!, CALLER_HZ)).toBeGreaterThan(2000);
      expect(toneMs(wav.channels[1]!, AGENT_HZ)).toBeGreaterThan(2000);

      const next = await scene.talking('13800138015');
      next.alice.sipp.kill();
      next.bob.sipp.kill();
    });

    it('lets calls in progress end when it is stopped, and takes no new ones', async () => {
      const pbx = await scene.start();
      const { alice, bob } = await scene.talking('13800138013', { agentTalksMs: 3000 });
      const stopped = pbx.stop();
      await until('it drains', async () => (await pbx.get('/api/v1/health')).status === 503);
      const late = await dial(pbx, { caller: '13800138014', scenario: 'caller-call-expect-503' });
      await late.sipp.passed();
      await bob.sipp.passed();
      alice.voice.tone(undefined);
      await alice.voice.hears('survey-three-keys');
      alice.voice.press('1');
      await alice.sipp.passed();
      expect(await stopped).toEqual({ code: 0, signal: undefined });

      const again = await scene.start();
      expect(await again.cdrOf('13800138013')).toMatchObject({ cause: 'normal', surveyDigit: '1' });
    });

    it('ends the calls in progress on a second signal: a BYE to everybody, records and recordings complete', async () => {
      const pbx = await scene.start();
      const { alice, bob } = await scene.talking('13800138016', { ms: 2000 });
      const carol = await placeCall(pbx, { caller: '13800138017' });
      await carol.voice.hears('main-menu');
      pbx.signal('SIGINT');
      await until('it drains', async () => (await pbx.get('/api/v1/health')).status === 503);
      expect(pbx.output).not.toContain('ending the calls');
      pbx.signal('SIGTERM');
      await Promise.all([alice, bob, carol].map(({ sipp }) => sipp.passed()));
      expect(await pbx.exited).toEqual({ code: 128 + constants.signals.SIGTERM, signal: undefined });

      const again = await scene.start();
      expect(await again.cdrOf('13800138017')).toMatchObject({ cause: 'shutdown', endedBy: 'engine' });
      const cdr = await again.cdrOf('13800138016');
      expect(cdr).toMatchObject({ cause: 'shutdown', endedBy: 'engine', agent: '8001' });
      const wav = readWav(cdr.recordings[0]!.file);
      expect(wav.complete).toBe(true);
      expect(toneMs(wav.channels[0]!, CALLER_HZ)).toBeGreaterThan(1500);
    });
  });
}

describeBeside(EMBEDDED.missing, titleOn('the PBX whose recordings cannot be written', EMBEDDED), () => {
  const scene = new Scene(EMBEDDED);

  /** The agent hangs up, the caller is asked for a score: the call did not notice. */
  async function goesOnWithoutRecording(caller: string): Promise<void> {
    const pbx = await scene.start();
    const { alice, bob } = await scene.talking(caller, { ms: 3000, agentTalksMs: 5500 });
    await bob.sipp.passed();
    alice.voice.tone(undefined);
    await alice.voice.hears('survey-three-keys');
    alice.voice.press('2');
    await alice.sipp.passed();
    const cdr = await pbx.cdrOf(caller);
    expect(cdr).toMatchObject({ cause: 'normal', agent: '8001', surveyDigit: '2' });
    expect(cdr.recordings).toHaveLength(1);
    expect(cdr.recordings[0]!.error, 'the record says why').toMatch(/\S/);
    expect(pbx.log.some(({ level }) => level === 'error')).toBe(true);
  }

  it('goes on with the call when their folder is a file', async () => {
    writeFileSync(join(scene.dataDir, 'recordings'), 'a file in place of the folder');
    await goesOnWithoutRecording('13800138011');
  });

  const full = 'goes on with the call when their disk is full';
  it.skipIf(!mountable)(mountable ? full : `${full} (skipped: no disk may be mounted here)`, async () => {
    const recordings = join(scene.dataDir, 'recordings');
    mkdirSync(recordings);
    expect(mountSmallDisk(recordings)).toBe(true);
    try {
      await goesOnWithoutRecording('13800138012');
    } finally {
      await scene.kill();
      spawnSync('umount', [recordings]);
    }
  });
});
