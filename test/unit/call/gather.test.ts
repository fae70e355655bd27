import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer } from '../../../src/call/answer.ts';
import type { Call } from '../../../src/call/call.ts';
import { type GatherRequest, gather, play } from '../../../src/call/gather.ts';
import type { GatherOutcome } from '../../../src/call/outcomes.ts';
import type { FakeInboundLeg } from '../../../src/edge/fake/fake-leg.ts';
import type { NullEndpoint } from '../../../src/media/null/null-endpoint.ts';
import { CallHouse } from '../../support/call-house.ts';

/** Five seconds of prompt, then five for the first key and two for each after it. */
const ASKED: GatherRequest = {
  items: [{ silenceMs: 5_000 }],
  min: 2,
  max: 4,
  timeoutMs: 5_000,
  interDigitMs: 2_000,
  terminator: '#',
};

let house: CallHouse;
let call: Call;
let alice: FakeInboundLeg;
let ear: NullEndpoint;
beforeEach(async () => {
  house = new CallHouse();
  ({ call, alice } = house.call());
  await answer(call);
  [ear] = house.ears(call) as [NullEndpoint];
});
afterEach(() => house.close());

/** What was gathered, as soon as it is. */
function gathering(request: Partial<GatherRequest> = {}): { result?: GatherOutcome | string } {
  const how: { result?: GatherOutcome | string } = {};
  gather(call, call.caller, { ...ASKED, ...request }).then(
    (gathered) => {
      how.result = gathered;
    },
    (error: { code: string }) => {
      how.result = error.code;
    },
  );
  return how;
}

function press(keys: string): void {
  for (const key of keys) ear.press(key);
}

describe('gather', () => {
  it('stops the prompt at the first key and is complete at the last that fits', async () => {
    const how = gathering();
    await house.clock.advance(1_000);
    press('1');
    await house.clock.settle();
    expect(ear.playing).toBeUndefined();
    press('234');
    await house.clock.settle();
    expect(how.result).toEqual({ digits: '1234', reason: 'complete' });
  });

  it('is complete as soon as the keys are what was waited for', async () => {
    const how = gathering({ until: (digits) => digits === '0' });
    press('0');
    await house.clock.settle();
    expect(how.result).toEqual({ digits: '0', reason: 'complete' });
  });

  it('takes the terminator for the end, and does not give it', async () => {
    const how = gathering();
    press('7#');
    await house.clock.settle();
    expect(how.result).toEqual({ digits: '7', reason: 'terminator' });
  });

  it('waits for the first key from the end of the prompt on', async () => {
    const how = gathering();
    await house.clock.advance(9_900);
    expect(how.result).toBeUndefined();
    await house.clock.advance(200);
    expect(how.result).toEqual({ digits: '', reason: 'timeout' });
  });

  it.each([
    ['1', 'timeout'],
    ['12', 'complete'],
  ])('after a pause %s is %s', async (keys, reason) => {
    const how = gathering();
    press(keys);
    await house.clock.advance(1_900);
    expect(how.result).toBeUndefined();
    await house.clock.advance(200);
    expect(how.result).toEqual({ digits: keys, reason });
  });

  it('takes keys that were pressed before it was asked', async () => {
    press('5');
    const how = gathering({ min: 1, max: 1 });
    await house.clock.settle();
    expect(how.result).toEqual({ digits: '5', reason: 'complete' });
    expect(ear.playing).toBeUndefined();
  });

  it('counts from the beginning where nothing is played', async () => {
    const how = gathering({ items: [] });
    await house.clock.advance(5_000);
    expect(how.result).toEqual({ digits: '', reason: 'timeout' });
  });

  it('is over with the call, and leaves no timer', async () => {
    const how = gathering();
    press('1');
    alice.remoteEnd('normal');
    await house.clock.settle();
    expect(how.result).toBe('closed');
  });
});

describe('play', () => {
  const playing = async (bargeIn: boolean) => {
    const played = play(call, call.caller, [{ silenceMs: 5_000 }], { bargeIn });
    await house.clock.advance(1_000);
    press('8');
    await house.clock.settle();
    return played;
  };

  it('is stopped by a key, which it gives, where it may be', async () => {
    expect(await playing(true)).toEqual({ digit: '8' });
  });

  it('goes on otherwise; the key is left for who asks next', async () => {
    const played = playing(false);
    await house.clock.settle();
    await house.clock.advance(5_000);
    expect(await played).toEqual({ digit: undefined });
    const how = gathering({ items: [], min: 1, max: 1 });
    await house.clock.settle();
    expect(how.result).toEqual({ digits: '8', reason: 'complete' });
  });

  it('rejects when the call ends', async () => {
    const played = expect(play(call, call.caller, [{ silenceMs: 5_000 }])).rejects.toMatchObject({
      code: 'closed',
    });
    alice.remoteEnd('normal');
    await house.clock.settle();
    await played;
  });
});
