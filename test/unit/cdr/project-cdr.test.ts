import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SegmentKind } from '../../../src/call/call-events.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { CallScript, MONDAY_10, sampleCall } from '../../support/call-events.ts';

describe('projectCdr', () => {
  it('tells the whole sample call', () => {
    const cdr = projectCdr(sampleCall('c1').events);
    expect(cdr).toMatchObject({
      callId: 'c1',
      tenantId: 'demo',
      caller: '075523456789',
      called: '4001234567',
      area: '广东深圳',
      carrier: '中国电信',
      startedAt: MONDAY_10,
      answeredAt: MONDAY_10 + 20,
      endedAt: MONDAY_10 + 84_520,
      durationMs: 84_520,
      answeredMs: 84_500,
      talkMs: 60_000,
      cause: 'normal',
      q850: 16,
      endedBy: 'caller',
      agent: '8002',
      surveyDigit: '1',
      voicemail: null,
      keys: [{ purpose: 'menu', digits: '1', at: MONDAY_10 + 4020 }],
      targets: [
        { target: '8001', outcome: 'no-answer', ringMs: 15_000 },
        { target: '8002', outcome: 'answered', ringMs: 2500 },
      ],
      recordings: [
        {
          file: 'recordings/a.wav',
          durationMs: 60_000,
          bytes: 1_920_044,
          sha256: 'ab'.repeat(32),
          error: null,
        },
      ],
      quality: [{ leg: 'caller', codec: 'PCMA', mos: 4.3, lost: 0, received: 4200, jitterMs: 1.5 }],
    });
    expect(cdr?.path.map(({ step, why }) => `${step}: ${why}`)).toEqual([
      'block: not on list nuisance',
      'schedule: open: Mon 09:00-18:00',
      'queue sales: key 1',
    ]);
    expect(cdr?.segments).toEqual([
      { kind: 'setup', owner: 'carrier', queue: null, startMs: 0, ms: 20 },
      { kind: 'ivr', owner: 'main-menu', queue: null, startMs: 20, ms: 4000 },
      { kind: 'queue', owner: 'sales', queue: 'sales', startMs: 4020, ms: 17_500 },
      { kind: 'talk', owner: '8002', queue: 'sales', startMs: 21_520, ms: 60_000 },
      { kind: 'survey', owner: 'three-keys', queue: 'sales', startMs: 81_520, ms: 3000 },
    ]);
  });

  it('says who began the call, from where it was forwarded and whose fault its end was', () => {
    const script = new CallScript('c6')
      .arrive({ originKind: 'extension', originName: '8001', direction: 'internal', sentIdentity: '8001' })
      .emit('forwarded', { number: '075588889999', reason: 'no-answer' })
      .emit('forwarded', { number: '13800138000', reason: undefined })
      .end({ cause: 'no-line-answered', q850: 19, fault: 'company' });
    expect(projectCdr(script.events)).toMatchObject({
      direction: 'internal',
      origin: { extension: '8001' },
      sent: { from: '075523456789', to: '4001234567', identity: '8001' },
      diversions: [
        { number: '075588889999', reason: 'no-answer' },
        { number: '13800138000', reason: null },
      ],
      cause: 'no-line-answered',
      fault: 'company',
    });
  });

  it('begins the setup with the arrival, also when its fact is a millisecond younger', () => {
    const script = new CallScript('c5')
      .arrive()
      .after(1)
      .emit('segment', { kind: 'setup', owner: 'carrier' });
    script.after(29).emit('segment', { kind: 'ivr', owner: 'menu' }).after(10).end();
    expect(projectCdr(script.events)?.segments).toEqual([
      { kind: 'setup', owner: 'carrier', queue: null, startMs: 0, ms: 30 },
      { kind: 'ivr', owner: 'menu', queue: null, startMs: 30, ms: 10 },
    ]);
  });

  it('gives a rejected call one segment and no answer', () => {
    const script = new CallScript('c2')
      .arrive({ caller: '' })
      .emit('step', { step: 'block', why: 'anonymous' });
    const cdr = projectCdr(script.end({ cause: 'blacklisted', q850: 21, by: 'engine' }).events);
    expect(cdr).toMatchObject({
      answeredAt: null,
      answeredMs: 0,
      agent: null,
      area: null,
      cause: 'blacklisted',
    });
    expect(cdr?.segments).toEqual([{ kind: 'setup', owner: 'carrier', queue: null, startMs: 0, ms: 0 }]);
  });

  it('counts the time before the first segment as setup', () => {
    const script = new CallScript('c3').arrive().after(70).emit('segment', { kind: 'ivr', owner: 'menu' });
    expect(projectCdr(script.after(30).end().events)?.segments).toEqual([
      { kind: 'setup', owner: 'carrier', queue: null, startMs: 0, ms: 70 },
      { kind: 'ivr', owner: 'menu', queue: null, startMs: 70, ms: 30 },
    ]);
  });

  it('keeps a recording that failed, and one that never ended', () => {
    const script = new CallScript('c4').arrive().emit('recordingStarted', { file: 'a.wav' });
    script.after(40).emit('recordingStarted', { file: 'b.wav' });
    script.emit('recordingFailed', { file: 'b.wav', error: 'disk full' });
    const unknown = { durationMs: null, bytes: null, sha256: null, deletedAt: null, deletedBecause: null };
    expect(projectCdr(script.end().events)?.recordings).toEqual([
      { file: 'a.wav', startMs: 0, ...unknown, error: null },
      { file: 'b.wav', startMs: 40, ...unknown, error: 'disk full' },
    ]);
  });

  it('keeps voicemail and the promise to call back', () => {
    const script = new CallScript('c8')
      .arrive()
      .emit('callbackPromised', { queue: 'sales', number: '13800138000' });
    script.emit('voicemailLeft', {
      box: 'sales',
      file: 'v.wav',
      durationMs: 900,
      bytes: 7244,
      sha256: 'ab',
    });
    expect(projectCdr(script.end().events)).toMatchObject({
      callback: { queue: 'sales', number: '13800138000' },
      voicemail: {
        box: 'sales',
        file: 'v.wav',
        durationMs: 900,
        bytes: 7244,
        sha256: 'ab',
        deletedAt: null,
      },
    });
  });

  it('gives nothing for a call that has not ended or whose beginning is unknown', () => {
    expect(projectCdr(new CallScript('c5').arrive().events)).toBeUndefined();
    expect(projectCdr(new CallScript('c6').end().events)).toBeUndefined();
    expect(projectCdr([])).toBeUndefined();
  });

  it('has segments without a gap that add up to the call, whatever the clock does', () => {
    const kinds: SegmentKind[] = ['ivr', 'queue', 'ring', 'talk', 'hold', 'survey'];
    const steps = fc.array(fc.tuple(fc.integer({ min: -5000, max: 60_000 }), fc.constantFrom(...kinds)));
    fc.assert(
      fc.property(steps, fc.integer({ min: -100, max: 1000 }), (parts, rest) => {
        const script = new CallScript('c7').arrive();
        for (const [ms, kind] of parts) script.after(ms).emit('segment', { kind, owner: 'x' });
        const cdr = projectCdr(script.after(rest).end().events)!;
        let reached = 0;
        for (const segment of cdr.segments) {
          expect(segment.startMs).toBe(reached);
          expect(segment.ms).toBeGreaterThanOrEqual(0);
          reached += segment.ms;
        }
        expect(reached).toBe(cdr.durationMs);
        expect(cdr.endedAt).toBe(cdr.startedAt + cdr.durationMs);
      }),
    );
  });
});
