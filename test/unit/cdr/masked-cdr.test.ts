import { expect, it } from 'vitest';
import { maskedCdr } from '../../../src/cdr/masked-cdr.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { CallScript } from '../../support/call-events.ts';

const NUMBERS = ['13800138000', '13900139000', '02088889999', '18688886666', '440301199001011234'];

it('has no number outside in any of its members, and keeps the own ones', () => {
  const [caller = '', mobile = '', forwarder = '', promised = '', keyed = ''] = NUMBERS;
  const script = new CallScript('c1').arrive({
    caller,
    sentFrom: caller,
    sentIdentity: caller,
    sipCallId: `${caller}@192.0.2.1`,
  });
  script
    .emit('forwarded', { number: forwarder, reason: undefined })
    .emit('step', { step: `caller ${caller}`, why: `${caller} is on list vip of 4001234567` })
    .emit('routed', { hotline: '4001234567' })
    .emit('keyed', { purpose: 'id', digits: keyed })
    .rung(mobile, `busy: ${mobile} is busy`, 1000, { kind: 'line' })
    .emit('connected', { target: mobile, kind: 'line' })
    .emit('segment', { kind: 'talk', owner: mobile })
    .emit('callbackPromised', { queue: 'sales', number: promised })
    .emit('quality', { leg: mobile, codec: 'PCMA', mos: 4, lost: 0, received: 1, jitterMs: 1 });
  const cdr = projectCdr(script.end().events)!;
  const masked = maskedCdr(cdr);
  const text = JSON.stringify(masked);
  for (const number of NUMBERS) {
    expect(JSON.stringify(cdr)).toContain(number);
    expect(text).not.toContain(number);
  }
  expect(masked).toMatchObject({ caller: '138****8000', called: '4001234567', hotline: '4001234567' });
  expect(masked.path[0]!.why).toBe('138****8000 is on list vip of 4001234567');
  expect(Object.keys(masked)).toEqual(Object.keys(cdr));
});

it('shows who was called, of calls that went out, as masked, and whose number he was shown whole', () => {
  const arrival = { direction: 'outbound', caller: '075588886666', called: '13800138000' } as const;
  const sent = { sentFrom: '075588886666', sentTo: '013800138000' };
  const cdr = projectCdr(new CallScript('c2').arrive({ ...arrival, ...sent }).end().events)!;
  expect(maskedCdr(cdr)).toMatchObject({
    caller: '075588886666',
    called: '138****8000',
    sent: { from: '075588886666', to: '0138****8000' },
  });
});
