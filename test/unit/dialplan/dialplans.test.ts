import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { announce, hangup, hotline, queue, schedule, voicemail } from '../../../src/dialplan/index.ts';
import { agenda, mermaidGraph, textGraph } from '../../../src/dialplan/plan/graph.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { edited } from '../../support/companies.ts';
import { dialplanFixture, NAMES, THURSDAY_10 } from '../../support/dialplan-fixture.ts';
import { ScriptedCall } from '../../support/scripted-call.ts';

const N = '4001234567';
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-dialplans-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('calendars of a company', () => {
  const counter = (hours: string) => edited(NAMES, { calendar: { periods: { open: { 'mon-fri': hours } } } });
  const byCounter = (more: object = {}) =>
    hotline(N, { flow: schedule('counter', { open: hangup('busy'), closed: hangup() }), ...more });

  it('are what a hotline names; a change counts from the next call', async () => {
    const provisioning = new Provisioning(NAMES);
    const { run } = dialplanFixture([byCounter()], { provisioning });
    expect((await run()).did).toEqual(['hangup normal']);
    provisioning.replace(counter('09:00-16:00'));
    expect((await run()).did).toEqual(['hangup busy']);
    provisioning.replace(counter('10:01-16:00'));
    expect((await run()).did).toEqual(['hangup normal']);
  });

  it('come after those of the hotline itself', async () => {
    const calendars = { counter: { periods: { open: { daily: '00:00-24:00' } } } };
    const { run } = dialplanFixture([byCounter({ calendars })]);
    expect((await run()).did).toEqual(['hangup busy']);
  });

  it('are not those of another company, and not taken away from a hotline', () => {
    expect(() => dialplanFixture([byCounter({ tenant: 'other' })])).toThrow("there is no calendar 'counter'");
    const { dialplans } = dialplanFixture([byCounter()]);
    const broken = dialplans.prove(edited(NAMES, { calendar: () => undefined }), new Set(['demo']));
    expect(broken.map(({ reason }) => reason)).toEqual(["there is no calendar 'counter'"]);
  });
});

describe('replacing plans', () => {
  it('gives new calls the new plan; a call in progress keeps its own', async () => {
    const { dialplans, clock } = dialplanFixture([hotline(N, { flow: [queue('sales'), voicemail('box')] })]);
    let end = () => {};
    class Waiting extends ScriptedCall {
      override async queue(name: string) {
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        await super.queue(name);
        return { reason: 'timeout' } as const;
      }
    }
    const old = new Waiting();
    const running = dialplans.route(N)!.run(old);
    await clock.settle();
    dialplans.replace([hotline(N, { flow: hangup('busy') })]);
    const fresh = new ScriptedCall();
    await dialplans.route(N)!.run(fresh);
    end();
    await running;
    expect(fresh.did).toEqual(['hangup busy']);
    expect(old.did).toEqual(['answer', 'queue sales 0', 'voicemail box', 'hangup normal']);
  });

  it('refuses a plan with an error and changes nothing', async () => {
    const { dialplans, run } = dialplanFixture([hotline(N, { flow: hangup('busy') })]);
    for (const bad of [
      [hotline(N, { flow: queue('nobody') })],
      [hotline(N, { flow: { type: 'goto', flow: 'a' }, flows: { a: { type: 'goto', flow: 'a' } } })],
      [hotline(N, { flow: hangup() }), hotline(N, { flow: hangup() })],
      [hotline('4009999999', { flow: hangup() }), 'x'],
    ]) {
      expect(() => dialplans.replace(bad)).toThrow();
      expect((await run()).did).toEqual(['hangup busy']);
      expect(dialplans.route('4009999999')).toBeUndefined();
    }
  });

  it('keeps counters over it', async () => {
    const limited = () => hotline(N, { flow: hangup('rejected'), limit: { calls: 1, perMs: 1000 } });
    const { dialplans, run } = dialplanFixture([limited()]);
    expect((await run()).cause).toBe('rejected');
    dialplans.replace([limited()]);
    expect((await run()).cause).toBe('busy');
  });

  it('watches the folder: a good change is taken, a bad one refused and logged', async () => {
    const { dialplans, logged } = dialplanFixture([], { dir, clock: systemClock });
    const plan = (cause: string) =>
      writeFileSync(
        join(dir, 'a.ts'),
        `export default { type: 'hotline', number: '${N}', flow: ${cause} };\n`,
      );
    const until = async (done: () => boolean) => {
      const deadline = Date.now() + 10_000;
      while (!done()) {
        if (Date.now() > deadline) throw new Error('nothing happened');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    plan("{ type: 'hangup', cause: 'busy' }");
    await dialplans.load();
    const first = dialplans.plan(N);
    dialplans.watch();
    plan("{ type: 'hangup', cause: 'rejected' }");
    await until(() => dialplans.plan(N) !== first);
    const second = dialplans.plan(N);
    expect(second!.hotline.flow).toEqual({ type: 'hangup', cause: 'rejected' });
    plan("{ type: 'hangup', cause: 'bored' }");
    await until(() => logged.length > 0);
    expect(logged[0]).toMatchObject({ message: 'new dialplans refused; the old ones stay' });
    expect(logged[0]!.fields['error']).toContain('cause of hangup() is "bored"');
    expect(dialplans.plan(N)).toBe(second);
    dialplans.close();
    dialplans.close();
  });
});

describe('feature codes', () => {
  const plans = [hotline(N, { flow: hangup(), featureCodes: { night: '*61' } })];

  it('turn a switch of the own company from its phones', async () => {
    const { dialplans, run } = dialplanFixture(plans);
    const dialled = { called: '*61', origin: { extension: '8001' }, from: '8001' };
    const on = await run(dialled);
    expect(on.did).toEqual(['answer', 'play digits 1', 'hangup normal']);
    expect(on.steps).toEqual(['switch night → on: extension 8001 dialled *61']);
    expect(dialplans.state.switches.isOn('demo', 'night')).toBe(true);
    expect((await run(dialled)).did).toContain('play digits 0');
    expect(dialplans.state.switches.isOn('demo', 'night')).toBe(false);
  });

  it('are nothing for callers from outside or other companies', async () => {
    const { dialplans } = dialplanFixture(plans);
    expect(dialplans.route('*61')).toBeUndefined();
    expect(dialplans.switchCode('*61', 'other')).toBeUndefined();
    expect(dialplans.switchCode('*62', 'demo')).toBeUndefined();
  });
});

it("tells where a company's calendar stands, by the clock, and knows no other company's", async () => {
  const { dialplans, clock } = dialplanFixture([]);
  expect(dialplans.period('counter', 'demo')?.period).toBe('closed');
  await clock.advance(30 * 60_000);
  expect(dialplans.period('counter', 'demo')).toMatchObject({
    period: 'open',
    why: expect.stringContaining('10:30-16:00'),
  });
  expect([dialplans.period('counter', 'other'), dialplans.period('none', 'demo')]).toEqual([
    undefined,
    undefined,
  ]);
});

describe('drawing', () => {
  const flow = schedule('CN-office-hours', {
    open: [announce('outage', { switch: 'cut' }), queue('sales', { otherwise: voicemail('box') })],
    closed: hangup({ cause: 'busy', prompt: 'closed' }),
  });
  const { dialplans } = dialplanFixture([hotline(N, { flow, name: 'A "B"', flows: { 'x-1': hangup() } })]);
  const plan = dialplans.plan(N)!;

  it('as text', () => {
    expect(textGraph(plan)).toBe(`4001234567 A "B" (Asia/Shanghai)
  flow:
    schedule CN-office-hours
      open →
        announce outage while cut
        queue sales
          otherwise → voicemail box
      closed → hangup busy after closed
  x-1:
    hangup normal
`);
  });

  it('as a Mermaid flowchart', () => {
    expect(mermaidGraph(plan)).toBe(`flowchart TD
  start(["4001234567"])
  flow_flow[["flow"]]
  flow_x2d1[["x-1"]]
  start --> flow_flow
  n1{{"schedule CN-office-hours"}}
  flow_flow --> n1
  n2["announce outage while cut"]
  n1 -->|"open"| n2
  n3{{"queue sales"}}
  n2 --> n3
  n4["voicemail box"]
  n3 -->|"otherwise"| n4
  n5["hangup busy after closed"]
  n1 -->|"closed"| n5
  n6["hangup normal"]
  flow_x2d1 --> n6
`);
  });

  it('the next days', () => {
    expect(agenda(plan, THURSDAY_10, 4)).toBe(`CN-office-hours (Asia/Shanghai), next 4 days:
  Thu 2026-10-15: open 09:00-18:00
  Fri 2026-10-16: open 09:00-18:00
  Sat 2026-10-17: closed
  Sun 2026-10-18: closed
`);
  });
});
