import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { TimerWheel, WheelTimer } from '../../../../src/sip/transaction/timer-wheel.ts';
import { JumpingClock } from '../../../support/jumping-clock.ts';

function setUp() {
  const clock = new ManualClock();
  const wheel = new TimerWheel(clock, 20);
  const fired: { name: string; at: number }[] = [];
  const timer = (name: string) =>
    new WheelTimer({ onTimer: () => fired.push({ name, at: clock.monotonic() }) });
  return { clock, wheel, fired, timer };
}

describe('TimerWheel', () => {
  test('fires once, never early and at most one tick late', async () => {
    const { clock, wheel, fired, timer } = setUp();
    for (const delayMs of [0, 1, 20, 33, 500, 32_000, 90_000]) wheel.start(timer(String(delayMs)), delayMs);
    await clock.advance(100_000);
    expect(fired.map((one) => one.name)).toEqual(['0', '1', '20', '33', '500', '32000', '90000']);
    for (const { name, at } of fired) {
      expect(at).toBeGreaterThanOrEqual(Number(name));
      expect(at).toBeLessThanOrEqual(Number(name) + 20);
    }
  });

  test('rests on the clock when nothing waits', async () => {
    const { clock, wheel, timer } = setUp();
    expect(clock.pending).toBe(0);
    const one = timer('one');
    wheel.start(one, 100);
    expect(clock.pending).toBe(1);
    wheel.stop(one);
    wheel.stop(one);
    expect([clock.pending, wheel.running]).toEqual([0, 0]);
  });

  test('starts anew with a new delay', async () => {
    const { clock, wheel, fired, timer } = setUp();
    const one = timer('one');
    wheel.start(one, 100);
    await clock.advance(80);
    wheel.start(one, 100);
    await clock.advance(80);
    expect(fired).toEqual([]);
    await clock.advance(40);
    expect(fired.map((each) => each.name)).toEqual(['one']);
    expect(clock.pending).toBe(0);
  });

  test('an owner may stop others of the same slot and start itself again', async () => {
    const { clock, wheel, fired, timer } = setUp();
    const victim = timer('victim');
    let rounds = 0;
    const again: WheelTimer = new WheelTimer({
      onTimer: () => {
        wheel.stop(victim);
        if (++rounds < 3) wheel.start(again, 0);
      },
    });
    wheel.start(again, 50);
    wheel.start(victim, 50);
    await clock.advance(1000);
    expect([rounds, fired.length, wheel.running, clock.pending]).toEqual([3, 0, 0, 0]);
  });

  test('a limit counts the time in which the wheel was driven, everything else the time that passes', async () => {
    const clock = new ManualClock();
    const jumping = new JumpingClock(clock);
    const wheel = new TimerWheel(jumping, 20);
    const fired: string[] = [];
    const timer = (name: string) => new WheelTimer({ onTimer: () => fired.push(name) });
    wheel.start(timer('timer'), 4000);
    wheel.startLimit(timer('limit'), 4000);
    await clock.advance(1000);
    jumping.jump(600_000);
    await clock.advance(2900);
    expect(fired).toEqual(['timer']);
    await clock.advance(200);
    expect(fired).toEqual(['timer', 'limit']);
  });

  test('a limit that begins while the loop is late owes nothing to what was before', async () => {
    const clock = new ManualClock();
    const jumping = new JumpingClock(clock);
    const wheel = new TimerWheel(jumping, 20);
    const fired: string[] = [];
    wheel.start(new WheelTimer({ onTimer: () => fired.push('other') }), 1_000_000);
    jumping.jump(600_000);
    wheel.startLimit(new WheelTimer({ onTimer: () => fired.push('limit') }), 4000);
    await clock.advance(4100);
    expect(fired).toEqual(['limit']);
    wheel.clear();
  });

  test('a limit ends also in a loop that is late all the time', async () => {
    const clock = new ManualClock();
    const jumping = new JumpingClock(clock);
    const wheel = new TimerWheel(jumping, 20);
    const fired: string[] = [];
    wheel.startLimit(new WheelTimer({ onTimer: () => fired.push('limit') }), 4000);
    // 20 of every 100 ms are live.
    for (let ms = 0; ms < 3_900; ms += 20) {
      jumping.jump(80);
      await clock.advance(20);
    }
    expect(fired).toEqual([]);
    for (let ms = 0; ms < 400; ms += 20) {
      jumping.jump(80);
      await clock.advance(20);
    }
    expect(fired).toEqual(['limit']);
  });

  test('clear stops all without firing', async () => {
    const { clock, wheel, fired, timer } = setUp();
    for (let index = 0; index < 100; index++) wheel.start(timer('x'), index * 100);
    wheel.clear();
    await clock.advance(20_000);
    expect([fired.length, wheel.running, clock.pending]).toEqual([0, 0, 0]);
  });
});
