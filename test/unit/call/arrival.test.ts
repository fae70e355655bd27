import { expect, test } from 'vitest';
import { Call, type CallContext } from '../../../src/call/call.ts';
import type { CallEvent } from '../../../src/call/call-events.ts';
import type { InboundLeg } from '../../../src/edge/edge.ts';
import { TypedEvents } from '../../../src/shared/events.ts';
import { seededIds, type TenantId } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';

/** Time goes on while the call is being made, as on a real machine. */
class TickingClock extends ManualClock {
  #ticks = 0;
  override now(): number {
    return super.now() + this.#ticks++;
  }
}

test('a call and its record began at the same moment: with the id that is what finds the record', () => {
  const events: CallEvent[] = [];
  const context = {
    clock: new TickingClock(),
    ids: seededIds(1),
    log: silentLogger,
    journal: { append: (event: CallEvent) => events.push(event) },
  } as unknown as CallContext;
  const sip = {
    sipCallId: 'c1',
    invite: { source: { transport: 'udp', address: '10.0.0.1', port: 5060 } },
    events: new TypedEvents(),
  } as unknown as InboundLeg;
  const arrival = {
    tenantId: 'demo' as TenantId,
    caller: '13800138000',
    callerName: undefined,
    called: '4001234567',
    trunk: 'carrier',
    earlyMedia: false,
    media: {},
  };
  const call = new Call(context, arrival, sip);
  expect(events.map(({ type, at }) => [type, at])).toEqual([
    ['arrived', call.arrivedAt],
    ['segment', call.arrivedAt],
  ]);
  call.note('step', { step: 'menu', why: 'later' });
  expect(events.at(-1)!.at).toBeGreaterThan(call.arrivedAt);
});
