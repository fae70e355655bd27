/** Issue 2: `kill -9` in mid-call, a full disk, a folder that cannot be written, and a drain. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toneMs } from '../support/hearing.ts';
import { dial, type Party, phones, placeCall, waitForCall } from '../support/party.ts';
import { type ConfigDocument, Pbx } from '../support/pbx.ts';
import { sippMissing } from '../support/sipp.ts';
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

describe.skipIf(sippMissing)('when things break', () => {
  let ports: Record<'8001', number>;
  let contacts: Record<'8001', string>;
  let dataDir: string;
  let pbx: Pbx | undefined;

  beforeEach(async () => {
    ({ ports, contacts } = await phones('8001'));
    dataDir = mkdtempSync(join(tmpdir(), 'pbx400-data-'));
  });
  afterEach(async () => {
    await pbx?.cleanUp();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const configure = (config: ConfigDocument) => {
    config.extensions['8001'].contact = contacts['8001'];
    Object.assign(config.queues.sales, { agents: ['8001'], wrapUp: '0s' });
  };

  /** A call that reached its agent; both say their tones. */
  async function talking(caller: string, agentTalksMs?: number): Promise<{ alice: Party; bob: Party }> {
    const bob = await waitForCall({
      number: '8001',
      port: ports['8001'],
      ...(agentTalksMs !== undefined && {
        scenario: 'agent-answers-and-hangs-up-expect-ok',
        pauseMs: agentTalksMs,
      }),
    });
    const alice = await placeCall(pbx!, { caller });
    await alice.voice.hears('main-menu');
    alice.voice.press('1');
    await bob.rung();
    await bob.sipp.logged('answered');
    await alice.voice.hears('agent-suffix');
    alice.voice.tone(CALLER_HZ);
    bob.voice.tone(AGENT_HZ);
    await sleep(1500);
    return { alice, bob };
  }

  it('closes a call that kill -9 cut with cause restart, and its recording is playable', async () => {
    pbx = await Pbx.start({ configure, dataDir });
    const { alice, bob } = await talking('13800138010');
    await sleep(3000);
    await pbx.kill();
    alice.sipp.kill();
    bob.sipp.kill();
    await pbx.cleanUp();

    pbx = await Pbx.start({ configure, dataDir });
    const cdr = await pbx.cdrOf('13800138010');
    expect(cdr).toMatchObject({ cause: 'restart', endedBy: 'engine', agent: '8001', called: '4001234567' });
    expect(cdr.segments.map(({ kind }) => kind)).toContain('talk');
    const wav = readWav(cdr.recordings[0]!.file);
    expect(wav.complete).toBe(true);
    expect(toneMs(wav.channels[0]!, CALLER_HZ)).toBeGreaterThan(2000);
    expect(toneMs(wav.channels[1]!, AGENT_HZ)).toBeGreaterThan(2000);
  });

  /** The agent hangs up, the caller is asked for a score: the call did not notice. */
  async function goesOnWithoutRecording(caller: string): Promise<void> {
    const { alice, bob } = await talking(caller, 6000 + 3500);
    await bob.sipp.passed();
    alice.voice.tone(undefined);
    await alice.voice.hears('survey-three-keys');
    alice.voice.press('2');
    await alice.sipp.passed();
    expect(toneMs(bob.voice.audio, CALLER_HZ)).toBeGreaterThan(1000);
    expect(toneMs(alice.voice.audio, AGENT_HZ)).toBeGreaterThan(1000);
    const cdr = await pbx!.cdrOf(caller);
    expect(cdr).toMatchObject({ cause: 'normal', agent: '8001', surveyDigit: '2' });
    expect(cdr.recordings).toHaveLength(1);
    expect(cdr.recordings[0]!.error, 'the record says why').toMatch(/\S/);
    expect(pbx!.log.some(({ level }) => level === 'error')).toBe(true);
  }

  it('goes on with the call when the folder of recordings cannot be written', async () => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'recordings'), 'a file in place of the folder');
    pbx = await Pbx.start({ configure, dataDir });
    await goesOnWithoutRecording('13800138011');
  });

  const full = 'goes on with the call when the disk of recordings is full';
  it.skipIf(!mountable)(mountable ? full : `${full} (skipped: no disk may be mounted here)`, async () => {
    const recordings = join(dataDir, 'recordings');
    mkdirSync(recordings);
    expect(mountSmallDisk(recordings)).toBe(true);
    try {
      pbx = await Pbx.start({ configure, dataDir });
      await goesOnWithoutRecording('13800138012');
    } finally {
      await pbx?.kill();
      spawnSync('umount', [recordings]);
    }
  });

  it('lets calls in progress end when it is stopped, and takes no new ones', async () => {
    pbx = await Pbx.start({ configure, dataDir });
    const { alice, bob } = await talking('13800138013', 6000);
    const stopped = pbx.stop();
    await sleep(300);
    const late = await dial(pbx, { caller: '13800138014', scenario: 'caller-call-expect-503' });
    await late.sipp.passed();
    await bob.sipp.passed();
    alice.voice.tone(undefined);
    await alice.voice.hears('survey-three-keys');
    alice.voice.press('1');
    await alice.sipp.passed();
    expect(await stopped).toEqual({ code: 0, signal: undefined });
    await pbx.cleanUp();

    pbx = await Pbx.start({ configure, dataDir });
    expect(await pbx.cdrOf('13800138013')).toMatchObject({ cause: 'normal', surveyDigit: '1' });
  });
});
