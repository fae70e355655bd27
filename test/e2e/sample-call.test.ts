/** Issue 2, cases 1-5 and 8: the sample call over real SIP and RTP, and its record, on every SIP engine. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeBeside } from '../support/describe-beside.ts';
import { toneMs } from '../support/hearing.ts';
import { dial, type Party, phones, placeCall, waitForCall } from '../support/party.ts';
import type { Pbx } from '../support/pbx.ts';
import { digitsOf } from '../support/prompt-samples.ts';
import { SIP_ENGINES, type SipServer, START_MS, startPbxOn, titleOn } from '../support/sip-engines.ts';
import { readWav } from '../support/wav.ts';

const CALLER_HZ = 620;
const AGENT_HZ = 1300;

for (const engine of SIP_ENGINES) {
  describeBeside(engine.missing, titleOn('the sample call', engine), () => {
    let server: SipServer | undefined;
    let pbx: Pbx;
    let ports: Record<'8001' | '8002', number>;

    beforeAll(async () => {
      const { ports: free, contacts } = await phones('8001', '8002');
      ports = free;
      server = await engine.start?.();
      pbx = await startPbxOn(server, (config) => {
        config.sip.unknownSource = 'forbidden';
        for (const number of ['8001', '8002'] as const) config.extensions[number].contact = contacts[number];
        Object.assign(config.queues.sales, { ring: '2s', wrapUp: '0s' });
        config.queues.sales.survey = undefined;
      });
    }, START_MS);
    afterAll(async () => {
      await pbx?.cleanUp();
      await server?.close();
    });

    /** Menu to survey; `agents` are the phones in the order in which they ring. */
    async function fromMenuToSurvey(
      caller: Party,
      press: (key: string) => void,
      agent: Awaited<ReturnType<typeof waitForCall>>,
    ) {
      await caller.voice.hears('welcome');
      await caller.voice.hears('main-menu');
      press('1');
      await agent.rung();
      caller.voice.tone(CALLER_HZ);
      agent.voice.tone(AGENT_HZ);
      await agent.sipp.passed();
      caller.voice.tone(undefined);
      await caller.voice.hears('survey-three-keys');
      press('1');
      await caller.sipp.passed();
    }

    it('goes round to the second agent, is bridged and recorded, and asks for a score', async () => {
      const [busy, agent] = await Promise.all([
        waitForCall({ number: '8001', port: ports[8001], scenario: 'agent-ring-expect-cancel' }),
        waitForCall({
          number: '8002',
          port: ports[8002],
          scenario: 'agent-answers-and-hangs-up-expect-ok',
          pauseMs: 7000,
        }),
      ]);
      const caller = await placeCall(pbx, { caller: '+8675523456789', called: '864001234567' });
      await fromMenuToSurvey(caller, (key) => caller.voice.press(key), agent);
      await busy.sipp.passed();

      // What each side heard.
      const announcement = ['agent-prefix', ...digitsOf('8002'), 'agent-suffix'];
      for (const prompt of ['welcome', announcement, 'survey-three-keys', 'survey-thanks']) {
        const seconds = prompt === 'survey-three-keys' ? 1.5 : undefined;
        expect(caller.voice.heard(prompt, seconds), `caller heard ${prompt}`).toBeDefined();
      }
      expect(agent.voice.heard(announcement), 'the agent is not read his own number').toBeUndefined();
      expect(toneMs(caller.voice.audio, AGENT_HZ)).toBeGreaterThan(1500);
      expect(toneMs(agent.voice.audio, CALLER_HZ)).toBeGreaterThan(1500);
      expect(toneMs(caller.voice.audio, CALLER_HZ), 'no echo').toBe(0);
      expect(toneMs(agent.voice.audio, AGENT_HZ), 'no echo').toBe(0);

      const cdr = await pbx.cdrOf('075523456789');
      expect(cdr).toMatchObject({
        direction: 'inbound',
        called: '4001234567',
        area: expect.stringContaining('深圳'),
        origin: { trunk: 'carrier' },
        agent: '8002',
        surveyDigit: '1',
        cause: 'normal',
        endedBy: 'engine',
        voicemail: null,
      });
      expect(cdr.targets.map(({ target, outcome }) => [target, outcome.split(':')[0]])).toEqual([
        ['8001', 'no-answer'],
        ['8002', 'answered'],
      ]);
      expect(cdr.targets[0]!.ringMs).toBeGreaterThanOrEqual(2000);
      expect(cdr.targets[0]!.ringMs).toBeLessThan(3000);
      const kinds = cdr.segments.map(({ kind }) => kind);
      for (const kind of ['ivr', 'queue', 'ring', 'talk', 'survey'] as const) expect(kinds).toContain(kind);
      expect(cdr.segments.reduce((sum, { ms }) => sum + ms, 0)).toBe(cdr.durationMs);
      expect(cdr.path.length).toBeGreaterThanOrEqual(3);
      for (const step of cdr.path) expect(step.why, step.step).not.toBe('');
      expect(JSON.stringify(cdr.path)).toMatch(/open/);

      // The quality of both legs; the phone that only rang had no audio.
      expect(cdr.quality.map(({ leg, codec }) => [leg, codec]).sort()).toEqual([
        ['8002', 'PCMA'],
        ['caller', 'PCMA'],
      ]);
      for (const { leg, mos, lost, received, jitterMs } of cdr.quality) {
        expect(mos, leg).toBeGreaterThan(4);
        expect(mos, leg).toBeLessThanOrEqual(4.5);
        expect(received, leg).toBeGreaterThan(250);
        expect(lost, leg).toBe(0);
        expect(jitterMs, leg).toBeLessThan(30);
      }

      // The recording: caller left, agent right.
      expect(cdr.recordings).toHaveLength(1);
      const { file, durationMs, bytes, sha256 } = cdr.recordings[0]!;
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(statSync(file).size).toBe(bytes);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      const wav = readWav(file);
      expect(wav).toMatchObject({ rate: 8000, complete: true });
      expect(wav.channels).toHaveLength(2);
      expect(Math.abs(wav.durationMs - durationMs!)).toBeLessThan(100);
      expect(Math.abs(wav.durationMs - cdr.talkMs)).toBeLessThan(500);
      const [left, right] = wav.channels as [Int16Array, Int16Array];
      expect(toneMs(left, CALLER_HZ)).toBeGreaterThan(1500);
      expect(toneMs(right, AGENT_HZ)).toBeGreaterThan(1500);
      expect(toneMs(left, AGENT_HZ)).toBe(0);
      expect(toneMs(right, CALLER_HZ)).toBe(0);
    });

    it('takes keys that are tones in the voice, and rings the agent whose turn it is', async () => {
      const agent = await waitForCall({
        number: '8001',
        port: ports[8001],
        scenario: 'agent-answers-and-hangs-up-expect-ok',
        pauseMs: 6000,
      });
      agent.voice.loseEvery(20);
      const caller = await placeCall(pbx, {
        caller: '13800138000',
        scenario: 'caller-without-events-expect-bye',
      });
      await fromMenuToSurvey(caller, (key) => caller.voice.press(key, 'inband'), agent);

      expect(caller.voice.heard(['agent-prefix', ...digitsOf('8001'), 'agent-suffix'])).toBeDefined();
      expect(toneMs(caller.voice.audio, AGENT_HZ)).toBeGreaterThan(1000);
      expect(toneMs(agent.voice.audio, CALLER_HZ)).toBeGreaterThan(1000);
      const cdr = await pbx.cdrOf('13800138000');
      expect(cdr).toMatchObject({ agent: '8001', surveyDigit: '1', cause: 'normal' });
      // One packet in twenty of the agent's was lost: his line is heard to be the worse one.
      const [lossy, clean] = ['8001', 'caller'].map((leg) => cdr.quality.find((one) => one.leg === leg)!);
      expect(lossy!.lost / (lossy!.lost + lossy!.received)).toBeCloseTo(0.05, 1);
      expect(clean!.lost).toBe(0);
      expect(lossy!.mos!).toBeLessThan(clean!.mos! - 0.2);
      const wav = readWav(cdr.recordings[0]!.file);
      expect(toneMs(wav.channels[0]!, CALLER_HZ)).toBeGreaterThan(1000);
      expect(toneMs(wav.channels[1]!, AGENT_HZ)).toBeGreaterThan(1000);
    });

    it('takes calls from the trunk alone', async () => {
      const stranger = await dial(pbx, {
        caller: '13900139000',
        host: '127.0.0.77',
        scenario: 'caller-call-expect-403',
      });
      await stranger.sipp.passed();
      expect(JSON.stringify(await pbx.records())).not.toContain('13900139000');
    });

    it('says 404 for a number that nobody has, with a record', async () => {
      const caller = await dial(pbx, {
        caller: '13700137000',
        called: '4009999999',
        scenario: 'caller-call-expect-404',
      });
      await caller.sipp.passed();
      expect(await pbx.cdrOf('13700137000')).toMatchObject({ cause: 'unknown-number', answeredAt: null });
    });

    it('declines the blacklisted before any media, with a record', async () => {
      const caller = await dial(pbx, { caller: '089812345678', scenario: 'caller-call-expect-603' });
      await caller.sipp.passed();
      expect(caller.voice.packets).toHaveLength(0);
      const cdr = await pbx.cdrOf('089812345678');
      expect(cdr).toMatchObject({ cause: 'blacklisted', q850: 21, answeredAt: null, answeredMs: 0 });
      // Every leg that had an endpoint leaves its quality.
      expect(cdr.quality).toEqual([]);
      expect(JSON.stringify(cdr.path)).toMatch(/nuisance/);
    });

    it('prints the last records as a table, and as JSON what the API gives', async () => {
      const where = ['--config', pbx.configFile, '--data', pbx.dataDir];
      const table = execFileSync('npx', ['pbx400', 'cdr', '--last', '5', ...where], { encoding: 'utf8' });
      for (const text of ['13800138000', '4001234567', '8002', '075523456789']) expect(table).toContain(text);
      const cdrs = await pbx.records('limit=100');
      const lines = (await pbx.cli('cdr', '--last', '100', '--json')).split('\n').filter(Boolean);
      expect(lines.map((line) => JSON.parse(line))).toEqual(cdrs.toReversed());
    });

    it('draws the ladder of a call', async () => {
      const [{ callId } = { callId: '' }] = await pbx.records('outcome=answered&limit=1');
      const drawn = await pbx.cli('ladder', callId);
      expect(drawn).toContain('connected');
      // what a server of its own says to peers this process does not see
      const seen = engine.start ? [] : ['INVITE (SDP)', '200 OK (INVITE) (SDP)', '200 OK (BYE)'];
      for (const label of seen) expect(drawn).toContain(label);
    });

    it('refuses the API without the token', async () => {
      expect((await pbx.get('/api/v1/calls', null)).status).toBe(401);
      expect((await pbx.get('/api/v1/calls', 'wrong-token-of-the-e2e-tests')).status).toBe(401);
    });
  });
}
