import { describe, expect, it } from 'vitest';
import { type FlowFunction, hotline, script, voicemail } from '../../../src/dialplan/index.ts';
import { dialplanFixture } from '../../support/dialplan-fixture.ts';
import { ScriptedCall } from '../../support/scripted-call.ts';

const N = '4001234567';
const fixture = (flow: FlowFunction) =>
  dialplanFixture([hotline(N, { flow, flowTimeoutMs: 2000, otherwise: voicemail('box') })]);

describe('function flows', () => {
  it('have typed verbs; a talk counts as served', async () => {
    const { run } = fixture(async (call) => {
      const { digits } = await call.gather({ prompt: 'main-menu', purpose: 'choice' });
      call.set('choice', digits);
      const outcome = await call.queue('sales');
      if (outcome.reason === 'served') call.step('note', `agent ${outcome.agent}`);
    });
    const call = await run({ keys: ['7'] });
    expect(call.did).toEqual(['answer', 'gather choice main-menu', 'queue sales 0', 'hangup normal']);
    expect(call.variables.get('choice')).toBe('7');
    expect(call.steps).toContain('note: agent 8001');
  });

  it('a throw is heard, logged with its stack, and ends in the default branch', async () => {
    const { run, logged } = fixture(async function tooClever(call) {
      await call.answer();
      (undefined as unknown as { x: number }).x++;
    });
    const call = await run();
    expect(call.did).toEqual(['answer', 'play error', 'voicemail box', 'hangup normal']);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({ message: 'the flow failed', fields: { hotline: N } });
    expect(logged[0]!.fields['stack']).toContain('tooClever');
  });

  it('a function that hangs is given up; its later verbs fail', async () => {
    let later: Promise<unknown> | undefined;
    const { run, clock, logged } = fixture(async (call) => {
      await call.play('welcome');
      await new Promise<void>((resolve) => clock.after(5000, resolve));
      later = call.play('goodbye');
      await later.catch(() => {});
    });
    const running = run();
    await clock.advance(2000);
    const call = await running;
    expect(call.did).toEqual(['answer', 'play welcome', 'play error', 'voicemail box', 'hangup normal']);
    expect(logged[0]!.fields['error']).toContain('did not finish within 2000 ms');
    await clock.advance(5000);
    await expect(later).rejects.toMatchObject({ code: 'closed' });
    expect(call.did).not.toContain('play goodbye');
    expect(clock.pending).toBe(0);
  });

  it('time within verbs does not count', async () => {
    const { dialplans, clock } = fixture(async (call) => {
      await call.queue('sales');
    });
    class SlowQueue extends ScriptedCall {
      override async queue(name: string) {
        await new Promise<void>((resolve) => clock.after(600_000, resolve));
        return super.queue(name);
      }
    }
    const call = new SlowQueue();
    const running = dialplans.route(N)!.run(call);
    await clock.advance(600_000);
    await running;
    expect(call.did).toEqual(['answer', 'queue sales 0', 'hangup normal']);
  });

  it('a signal tells that the caller hung up, and nothing is said any more', async () => {
    let aborted = false;
    const { dialplans, clock, logged } = fixture(async (call) => {
      call.signal.addEventListener('abort', () => {
        aborted = true;
      });
      await new Promise<void>((resolve) => clock.after(1000, resolve));
      await call.play('welcome');
    });
    const call = new ScriptedCall();
    const running = dialplans.route(N)!.run(call);
    await clock.settle();
    call.endByCaller();
    await clock.advance(1000);
    await running;
    expect(aborted).toBe(true);
    expect(call.did).toEqual([]);
    expect(logged).toEqual([]);
  });

  it('early media before the answer stays free', async () => {
    const { run } = fixture(async (call) => {
      await call.earlyMedia();
      await call.play('welcome');
      await call.hangup('busy');
    });
    expect((await run()).did).toEqual(['early', 'play welcome', 'hangup busy']);
  });

  it('script nodes choose branches', async () => {
    const node = script((call) => (call.caller.number.endsWith('0') ? 'even' : undefined), {
      branches: { even: voicemail('box') },
    });
    const { run } = dialplanFixture([hotline(N, { flow: [node, voicemail('box')] })]);
    const call = await run();
    expect(call.steps[1]).toMatch(/^script .*→ even: returned even$/);
  });
});
