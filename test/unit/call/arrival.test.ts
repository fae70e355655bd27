import { expect, test } from 'vitest';
import { Call, type CallContext } from '../../../src/call/call.ts';
import type { CallEvent } from '../../../src/call/call-events.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { seededIds, type TenantId } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';

/** Time goes on while the call is being made, as on a real machine. */
class TickingClock extends ManualClock {
  #ticks = 0;
  /** How far the operator set the wall clock on. */
  setMs = 0;
  override now(): number {
    return super.now() + this.setMs + this.#ticks++;
  }
  override monotonic(): number {
    return super.monotonic() + this.#ticks++;
  }
}

function arrive(clock: Clock) {
  const events: CallEvent[] = [];
  const context = {
    clock,
    ids: seededIds(1),
    log: silentLogger,
    journal: { append: (event: CallEvent) => events.push(event), durable: () => undefined },
  } as unknown as CallContext;
  const from = { source: 'udp:10.0.0.1:5060', sipCallId: 'c1' };
  const arrival = {
    tenantId: 'demo' as TenantId,
    party: undefined,
    caller: '13800138000',
    callerName: undefined,
    called: '4001234567',
    origin: { trunk: 'carrier' },
    direction: 'inbound' as const,
    sent: { from: '13800138000', to: '4001234567', identity: undefined },
    diversions: [],
    earlyMedia: false,
    media: {},
  };
  return { call: new Call(context, arrival, from), events };
}

test('a call and its record began at the same moment: with the id that is what finds the record', () => {
  const { call, events } = arrive(new TickingClock());
  expect(events.map(({ type, at }) => [type, at])).toEqual([
    ['arrived', call.arrivedAt],
    ['segment', call.arrivedAt],
  ]);
  call.note('step', { step: 'menu', why: 'later' });
  expect(events.at(-1)!.at).toBeGreaterThan(call.arrivedAt);
});

test('a wall clock that is set while a call lasts changes nothing that is billed', async () => {
  const clock = new TickingClock();
  const { call, events } = arrive(clock);
  for (const setMs of [-3_600_000, 3_600_000]) {
    const from = call.now();
    clock.setMs = setMs;
    await clock.advance(60_000);
    call.note('step', { step: 'menu', why: 'later' });
    expect(events.at(-1)!.at - from).toBeGreaterThanOrEqual(60_000);
    expect(events.at(-1)!.at - from).toBeLessThan(60_100);
  }
});
