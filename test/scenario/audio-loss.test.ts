import { describe, expect, it } from 'vitest';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { scenario } from '../support/scenario.ts';

const companies = edited(SAMPLE_COMPANIES, { trunk: { busyTone: true, uri: 'sip:gateway', probeMs: 0 } });

describe('busy tone on a line that does not signal hang-up', () => {
  it('ends the call as if the caller had hung up', async () => {
    const s = await scenario((call) => call.queue('sales').then(() => {}), { companies });
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    const alice = s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    s.ear().giveBusyTone();
    await s.clock.settle();
    expect(alice.state).toBe('ended');
    expect(s.facts('ended')).toMatchObject([{ cause: 'normal', by: 'caller' }]);
    expect(s.facts('step').at(-1)).toMatchObject({
      step: 'busy tone',
      why: 'the line of caller was cleared',
    });
    await s.clock.advance(20_000);
    await s.close();
  });

  it('ends the leg to an outside line, and the caller goes on', async () => {
    const after: string[] = [];
    const s = await scenario(
      async (call) => {
        after.push((await call.dial({ targets: [{ kind: 'line', number: '13900139000' }] })).reason);
        await call.play('goodbye');
      },
      { companies },
    );
    s.edge.phone('13900139000', { does: 'answer', afterMs: 1_000 });
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    const [, line] = s.media.endpoints;
    line!.giveBusyTone();
    await s.clock.runUntil(() => after.length > 0, 1_000);
    expect(after).toEqual(['served']);
    expect(s.facts('disconnected')).toMatchObject([{ target: '13900139000', by: 'target' }]);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(s.facts('ended')).toMatchObject([{ cause: 'normal', by: 'engine' }]);
    expect(s.pbx.trunks.status()[0]!.active).toBe(0);
    await s.close();
  });

  it('is not listened for on other lines', async () => {
    const s = await scenario((call) => call.queue('sales').then(() => {}));
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    const alice = s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    expect(s.ear().options.busyTone).toBe(false);
    s.ear().giveBusyTone();
    await s.clock.settle();
    expect(alice.state).not.toBe('ended');
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    await s.clock.advance(20_000);
    await s.close();
  });
});

describe('an endpoint that the media engine loses', () => {
  it("is made anew when it is the agent's, and ends the call when it is the caller's", async () => {
    const s = await scenario((call) => call.queue('sales').then(() => {}));
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000 });
    s.edge.phone('8002', { does: 'answer', afterMs: 1_000 });
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    await [...s.media.endpoints].at(-1)!.lose();
    await s.clock.runUntil(() => s.facts('connected').length === 2);
    expect(s.facts('disconnected')).toMatchObject([{ target: '8001', by: 'engine' }]);
    expect(s.facts('connected').map(({ target }) => target)).toEqual(['8001', '8001']);
    await [...s.media.endpoints][0]!.lose();
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(s.facts('ended').at(-1)).toMatchObject({ cause: 'media-lost' });
    await s.clock.advance(20_000);
    await s.close();
  });
});

describe('a media engine that cannot do everything', () => {
  it('records both voices in one channel when it cannot keep them apart', async () => {
    const s = await scenario((call) => call.queue('sales').then(() => {}), { can: { stereoRecord: false } });
    s.edge.phone('8001', { does: 'answer', afterMs: 1_000, talkMs: 5_000 });
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    const layouts = [...s.media.endpoints]
      .flatMap(({ recordings }) => [...recordings])
      .map((r) => r.options.layout);
    expect(layouts).toEqual(['mixed']);
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    await s.clock.advance(20_000);
    await s.close();
  });

  it('does not ask a caller for a message that it could not keep', async () => {
    const s = await scenario((call) => call.voicemail('after-hours').then(() => {}), {
      can: { record: false },
    });
    s.call();
    await s.clock.runUntil(() => s.pbx.calls.size === 0);
    expect(s.facts('ended')[0]!.at - s.facts('arrived')[0]!.at, 'no greeting, no beep').toBe(0);
    expect(s.facts('step').map(({ why }) => why)).toContain('the media engine cannot record');
    await s.close();
  });
});
