import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NullEndpoint } from '../../src/media/null/null-endpoint.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import { PbxError } from '../../src/shared/errors.ts';
import { Scope } from '../../src/shared/scope.ts';
import { MemoryStore } from '../../src/store/memory/memory-store.ts';
import { Messages } from '../../src/voicemail/messages.ts';
import { CallScript, MONDAY_10 } from '../support/call-events.ts';
import { companiesIn } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';
import { phoneCalls } from '../support/talk.ts';
import { sine, writeWav } from '../support/wav-file.ts';

/** Phones hear their messages by feature code (收听留言, *97). */
const house = (more = '') => `
tenant: demo
tenants: { demo: {} }
trunks: { carrier: { addresses: [127.0.0.1], uri: "sip:carrier", probe: 0s } }
extensions: { 8001: { voicemail: own }, 8002: {}, 8003: { voicemail: own, seesNumbers: false } }
mailboxes: { own: { extensions: [] ${more} }, shared: { extensions: [8001] } }
`;

let dir: string;
let s: Scenario;
let store: MemoryStore;
let messages: Messages<never>;
let deleted: string[];
let held: boolean;

const open = async (more = '') => {
  store = new MemoryStore();
  deleted = [];
  held = false;
  const provisioning = new Provisioning(companiesIn(house(more)));
  const files = {
    audio: async () => undefined,
    peaks: async () => undefined,
    delete: async (file: string) => {
      if (held) throw new PbxError('on-hold', 'is on hold');
      return deleted.push(file) > 0;
    },
  };
  messages = new Messages<never>({
    store,
    files,
    provisioning,
    clock: { now: () => s.clock.now() } as never,
  });
  s = await scenario(async () => {}, { provisioning, messages, journal: store.journal });
};
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-hear-'));
});
afterEach(async () => {
  const ended = s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await ended;
  await s.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A message of three seconds. */
function left(callId: string, minutes: number, box = 'own', caller = '13800138000'): void {
  const file = join(dir, `${callId}.wav`);
  writeWav(file, sine(440, 3_000));
  const script = new CallScript(callId, { at: MONDAY_10 + minutes * 60_000 })
    .arrive({ caller })
    .emit('voicemailLeft', { box, file, durationMs: 3_000, bytes: 48_044, sha256: undefined })
    .end();
  for (const event of script.events) store.journal.append(event);
}

/** A phone dials *97; its ear. */
async function dial(extension = '8001'): Promise<NullEndpoint> {
  phoneCalls(s, extension, '*97');
  await s.clock.advance(100);
  return s.ear();
}
const heard = (ear: NullEndpoint) => s.heard(ear).filter((name) => name !== 'undefined');
const isMessage = (name: string) => /^m\d$/.test(name);
const over = () => s.clock.runUntil(() => s.pbx.calls.size === 0, 600_000);
const stateOf = async (id: string) => (await messages.get(id, Scope.all)).state;

describe('a phone that dials *97', () => {
  it('hears how many there are and each, the new ones first and by who called, and keys 1 again, 2 keep, 3 delete, # next', async () => {
    await open();
    left('m1', 0);
    left('m2', 1, 'shared', '8002');
    left('m3', 2);
    left('m4', 3);
    await messages.change('m4', Scope.all, { name: 'li' }, { heard: true });
    const ear = await dial();
    await s.clock.advance(8_000);
    expect(heard(ear).slice(0, 6)).toEqual([
      'voicemail-you-have',
      'digit-3',
      'voicemail-new',
      'voicemail-you-have',
      'digit-1',
      'voicemail-old',
    ]);
    for (const key of ['1', '7', '2', '#', '3', '#']) {
      await s.clock.advance(12_000);
      ear.press(key);
    }
    await over();
    expect(heard(ear).filter((name) => isMessage(name) || /kept|deleted|no-more|invalid/.test(name))).toEqual(
      [
        ...['m1', 'm1', 'invalid-key', 'voicemail-kept', 'm2', 'm3', 'voicemail-deleted', 'm4'],
        'voicemail-no-more',
      ],
    );
    expect(heard(ear).join(' ')).toContain('voicemail-from digit-yao digit-3 digit-8');
    expect(await Promise.all(['m1', 'm2', 'm3', 'm4'].map(stateOf))).toEqual([
      'saved',
      'heard',
      'deleted',
      'heard',
    ]);
    expect(deleted).toEqual([join(dir, 'm3.wav')]);
    const entries = (await store.audit.newest(9, Scope.all)).toReversed();
    expect(entries.map(({ action, by, details }) => [action, by, details['voicemail']])).toEqual([
      ['listen', 'phone 8001@demo', 'm1'],
      ['listen', 'phone 8001@demo', 'm2'],
      ['listen', 'phone 8001@demo', 'm3'],
      ['delete-voicemail', 'phone 8001@demo', 'm3'],
      ['listen', 'phone 8001@demo', 'm4'],
    ]);
    expect((await messages.get('m3', Scope.all)).handling.deletedBecause).toBe('by key at phone 8001');
  });

  it('is told where there is none, or no mailbox; who keys nothing is left alone', async () => {
    await open();
    const none = await dial();
    await over();
    expect(heard(none)).toEqual(['voicemail-none']);
    const without = await dial('8002');
    await over();
    expect(heard(without)).toEqual(['voicemail-no-mailbox']);
    left('m1', 0);
    const silent = await dial('8003');
    await over();
    expect(heard(silent).filter((name) => name === 'voicemail-keys')).toHaveLength(3);
    expect(heard(silent)).not.toContain('voicemail-from');
    expect(await stateOf('m1')).toBe('heard');
  });

  it('who hangs up while it plays has not heard it; what is on hold stays', async () => {
    await open();
    left('m1', 0);
    const phone = phoneCalls(s, '8001', '*97');
    await s.clock.advance(5_000);
    phone.remoteEnd('normal');
    await over();
    expect(await stateOf('m1')).toBe('new');
    held = true;
    const ear = await dial();
    await s.clock.advance(15_000);
    ear.press('3');
    await over();
    expect(heard(ear)).toContain('not-possible');
    expect(await stateOf('m1')).toBe('heard');
  });

  it('keys the PIN of the mailbox where it has one', async () => {
    await open(', pin: "4711"');
    left('m1', 0);
    const key = async (ear: NullEndpoint, digits: string) => {
      await s.clock.advance(9_000);
      for (const digit of digits) ear.press(digit);
    };
    const ear = await dial();
    await key(ear, '0000#');
    await key(ear, '4711#');
    await over();
    expect(heard(ear).slice(0, 2)).toEqual(['enter-pin', 'wrong-pin']);
    expect(heard(ear)).toContain('m1');
    const guess = await dial();
    for (let times = 0; times < 3; times++) await key(guess, '1111#');
    await over();
    expect(heard(guess)).not.toContain('m1');
    const { cdrs } = await store.cdrs.query({});
    expect(JSON.stringify(cdrs)).not.toMatch(/4711|1111/);
  });
});
