import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answer } from '../../../src/call/answer.ts';
import type { Call } from '../../../src/call/call.ts';
import type { FakeInboundLeg } from '../../../src/edge/fake/fake-leg.ts';
import type { NullEndpoint } from '../../../src/media/null/null-endpoint.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { type TakeOptions, Voicemail } from '../../../src/voicemail/voicemail.ts';
import { CallHouse, type CallHouseOptions } from '../../support/call-house.ts';
import { entity } from '../../support/companies.ts';
import { sine, writeWav } from '../../support/wav-file.ts';

const GREETING_MS = 3_000;
const BEEP_MS = 500;
const BOX = { greeting: 'leave-a-message', maxMs: 60_000, maxSilenceMs: 5_000, extensions: [] };

let folder: string;
let house: CallHouse;
let call: Call;
let alice: FakeInboundLeg;
let said: string[];
let voicemail: Voicemail;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-voicemail-'));
  open();
});
afterEach(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: CallHouseOptions = {}): void {
  said = [];
  house = new CallHouse(options);
  ({ call, alice } = house.call());
  voicemail = new Voicemail({
    provisioning: new Provisioning([
      entity('mailbox', { tenant: 'demo', name: 'repairs', ...BOX }),
      entity('mailbox', { tenant: 'other', name: 'theirs', ...BOX }),
    ]),
    promptItems: (_, prompts) => {
      said.push(...(prompts as readonly string[]));
      return [{ silenceMs: GREETING_MS }];
    },
    path: (_, box, before) => join(folder, `${box}${before === 0 ? '' : `-${before + 1}`}.wav`),
  });
}

const ear = (): NullEndpoint => house.ears(call)[0]!;
const fileOf = (box: string) => join(folder, `${box}.wav`);

/** What became of it; the code of the error when it was rejected. */
function outcomeOf<Outcome>(work: Promise<Outcome>): { is?: Outcome | string } {
  const outcome: { is?: Outcome | string } = {};
  work.then(
    (is) => {
      outcome.is = is;
    },
    ({ code }: { code: string }) => {
      outcome.is = code;
    },
  );
  return outcome;
}

/** The message is being recorded, for `ms` so far. */
async function speaking(ms: number, box = 'repairs', how: TakeOptions = {}) {
  const outcome = outcomeOf(voicemail.take(call, box, how));
  await house.clock.advance(GREETING_MS + BEEP_MS + ms);
  return outcome;
}

describe('a message that is played to the caller', () => {
  const REVIEWED = { review: true, subject: '投诉', prompt: 'complaint', maxMs: 9_000 };
  /** Recorded, ended with `#`, and played back. */
  async function reviewed() {
    const outcome = await speaking(4_000, 'repairs', REVIEWED);
    ear().press('#');
    await house.clock.settle();
    return outcome;
  }

  it('is said after the prompt of the flow, kept by 1, with its subject', async () => {
    const outcome = await reviewed();
    expect(said).toEqual(['complaint', 'record-keys']);
    expect(outcome.is).toBeUndefined();
    expect(house.facts('voicemailLeft')).toEqual([]);
    ear().press('1');
    await house.clock.settle();
    expect(outcome.is).toEqual({ left: true, durationMs: 4_000 });
    expect(house.facts('voicemailLeft')).toMatchObject([{ box: 'repairs', subject: '投诉' }]);
  });

  it('is said again after 2, and only what was kept stands in the record', async () => {
    const outcome = await reviewed();
    ear().press('2');
    await house.clock.advance(BEEP_MS + 2_000);
    expect(ear().recordings).toHaveLength(1);
    ear().press('#');
    await house.clock.settle();
    ear().press('1');
    await house.clock.settle();
    expect(outcome.is).toEqual({ left: true, durationMs: 2_000 });
    expect(house.facts('voicemailLeft')).toMatchObject([{ durationMs: 2_000 }]);
  });

  it('leaves no file of what was not kept, when he hangs up before he says it again', async () => {
    await house.close();
    open({ can: { audio: true } });
    const outcome = await reviewed();
    const settled = (expected: () => void) =>
      vi.waitFor(async () => {
        await house.clock.settle();
        expected();
      });
    await settled(() => expect(said).toContain('record-keys'));
    writeFileSync(fileOf('repairs'), 'what he said first');
    ear().press('2');
    await house.clock.settle();
    expect(outcome.is).toBeUndefined();
    alice.remoteEnd('normal');
    await settled(() => expect(outcome.is).toBe('closed'));
    expect(existsSync(fileOf('repairs'))).toBe(false);
    expect(house.facts('voicemailLeft')).toEqual([]);
  });

  it('is kept of who hangs up, while he says it or hears it, once', async () => {
    const outcome = await reviewed();
    alice.remoteEnd('normal');
    await house.clock.settle();
    expect(outcome.is).toBe('closed');
    expect(house.facts('voicemailLeft')).toHaveLength(1);
    expect(house.events.at(-1)?.type).toBe('ended');
    ({ call, alice } = house.call());
    await speaking(3_000, 'repairs', REVIEWED);
    alice.remoteEnd('normal');
    await house.clock.settle();
    expect(house.facts('voicemailLeft')).toMatchObject([{ durationMs: 4_000 }, { durationMs: 3_000 }]);
  });

  it('stays as it is when the flow asks for another one in the same call, and nothing is said', async () => {
    const first = await reviewed();
    ear().press('1');
    await house.clock.settle();
    expect(first.is).toMatchObject({ left: true });
    writeFileSync(fileOf('repairs'), 'kept');
    await speaking(500);
    expect([...ear().recordings].at(-1)!.options.file).toBe(fileOf('repairs-2'));
    ear().press('#');
    await house.clock.settle();
    expect(existsSync(fileOf('repairs'))).toBe(true);
    expect(house.facts('voicemailLeft')).toHaveLength(1);
  });

  it('is kept of who presses nothing', async () => {
    const outcome = await reviewed();
    await house.clock.advance(60_000);
    expect(outcome.is).toEqual({ left: true, durationMs: 4_000 });
  });
});

describe('a message', () => {
  it('follows the greeting and the beep, within the limits of its box, and ends with the key #', async () => {
    const outcome = await speaking(4_000);
    expect([said, ear().heard()]).toEqual([['leave-a-message'], ['beep']]);
    const [recording] = ear().recordings;
    expect(recording!.options).toEqual({
      file: fileOf('repairs'),
      layout: 'received',
      maxMs: 60_000,
      maxSilenceMs: 5_000,
      stopDigits: '#',
    });
    ear().press('#');
    await house.clock.settle();
    expect(outcome.is).toEqual({ left: true, durationMs: 4_000 });
    expect(house.facts('voicemailLeft')).toMatchObject([
      { box: 'repairs', file: fileOf('repairs'), durationMs: 4_000 },
    ]);
    expect(house.facts('segment').at(-1)).toMatchObject({ kind: 'voicemail', owner: 'repairs' });
  });

  it('ends at the longest that its box takes', async () => {
    const outcome = await speaking(59_999);
    expect(outcome.is).toBeUndefined();
    await house.clock.advance(1);
    expect(outcome.is).toEqual({ left: true, durationMs: 60_000 });
  });

  it('counts when the caller hangs up, and is in the record before the end of the call', async () => {
    const outcome = await speaking(4_000);
    alice.remoteEnd('normal');
    await house.clock.settle();
    expect(outcome.is).toBe('closed');
    const types = house.events.map(({ type }) => type);
    expect(types).toContain('voicemailLeft');
    expect(types.at(-1)).toBe('ended');
  });

  it('is none when the caller hangs up during the greeting', async () => {
    const outcome = outcomeOf(voicemail.take(call, 'repairs'));
    await house.clock.advance(GREETING_MS - 1);
    alice.remoteEnd('normal');
    await house.clock.settle();
    expect(outcome.is).toBe('closed');
    expect(house.facts('voicemailLeft')).toEqual([]);
  });

  it('leaves its keys behind: # is not typed into what comes next', async () => {
    await speaking(4_000);
    ear().press('#');
    await house.clock.settle();
    const typed: string[] = [];
    call.caller.listen((digit) => typed.push(digit));
    ear().press('5');
    expect(typed).toEqual(['5']);
    call.caller.listen(undefined);
  });

  it('that broke off is kept, and told', async () => {
    const outcome = await speaking(4_000);
    const [recording] = ear().recordings;
    recording!.finish('failed', new Error('no space left'));
    await house.clock.settle();
    expect(outcome.is).toEqual({ left: true, durationMs: 4_000 });
    expect(house.facts('recordingFailed')).toMatchObject([
      { file: fileOf('repairs'), error: 'no space left' },
    ]);
  });
});

describe('no message', () => {
  it('is one of less than a second: its file goes', async () => {
    const taken = voicemail.take(call, 'repairs');
    await house.clock.advance(GREETING_MS + BEEP_MS + 999);
    writeFileSync(fileOf('repairs'), '');
    ear().press('#');
    expect(await taken).toEqual({ left: false, durationMs: 0 });
    expect(existsSync(fileOf('repairs'))).toBe(false);
    expect(house.facts('voicemailLeft')).toEqual([]);
    expect(house.facts('step').at(-1)).toMatchObject({ step: 'message', why: 'nothing was said' });
  });

  it.each([
    ['silence', new Int16Array(16_000), false],
    ['the busy tone of a line', sine(450, 2_000), false],
    ['speech', sine(300, 2_000), true],
  ])('is %s alone: %#', async (_, samples, left) => {
    expect(await takenWith((file) => writeWav(file, samples))).toEqual({
      left,
      durationMs: left ? 2_000 : 0,
    });
    expect(existsSync(fileOf('repairs'))).toBe(left);
  });

  it('is not said of a file that cannot be read: it may be one', async () => {
    expect(await takenWith((file) => writeFileSync(file, 'scrambled'))).toEqual({
      left: true,
      durationMs: 2_000,
    });
  });

  it('is taken where the media engine cannot record: nobody is asked to speak', async () => {
    await house.close();
    open({ can: { record: false } });
    expect(await voicemail.take(call, 'repairs')).toEqual({ left: false, durationMs: 0 });
    expect(ear().played).toEqual([]);
    expect(house.facts('step').at(-1)).toMatchObject({ why: 'the media engine cannot record' });
  });

  it.each([
    ['that was removed meanwhile', 'gone'],
    ['of another company', 'theirs'],
  ])('is taken for a box %s: the call is not even answered', async (_, box) => {
    expect(await voicemail.take(call, box)).toEqual({ left: false, durationMs: 0 });
    expect(alice.statuses).not.toContain(200);
    expect(house.facts('step').at(-1)).toMatchObject({
      step: `mailbox ${box}`,
      why: 'there is no such mailbox any more',
    });
  });

  /** A recording of two seconds that wrote what `write` writes. */
  async function takenWith(write: (file: string) => void) {
    await answer(call);
    ear().record = ({ file }) => {
      write(file);
      const finished = Promise.resolve({ file, durationMs: 2_000, bytes: 1, reason: 'silence' } as const);
      return { pause() {}, resume() {}, stop: () => finished, finished };
    };
    const taken = voicemail.take(call, 'repairs');
    await house.clock.advance(GREETING_MS + BEEP_MS);
    return taken;
  }
});

it('records for a flow without a mailbox: a beep, no greeting, and the file is in the record', async () => {
  const request = { purpose: 'fault', maxMs: 10_000, maxSilenceMs: 3_000 };
  const outcome = outcomeOf(voicemail.record(call, request));
  await house.clock.advance(BEEP_MS + 2_000);
  ear().press('#');
  await house.clock.settle();
  expect(outcome.is).toEqual({ recorded: true, file: fileOf('fault'), durationMs: 2_000 });
  expect(house.facts('recordingEnded')).toMatchObject([{ file: fileOf('fault'), durationMs: 2_000 }]);
  expect([said, house.facts('voicemailLeft')]).toEqual([[], []]);
});
