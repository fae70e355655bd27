import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutboundAnswer, OutboundRequest } from '../../../src/outbound/outbound.ts';
import { Espeak } from '../../../src/prompt/espeak.ts';
import { OutsideSpeech } from '../../../src/prompt/outside-speech.ts';
import { KEPT_VERSIONS, PromptShelf } from '../../../src/prompt/prompt-shelf.ts';
import { PromptWorkshop } from '../../../src/prompt/prompt-workshop.ts';
import { TelephoneAudio } from '../../../src/prompt/telephone-audio.ts';
import type { ChangeSet } from '../../../src/provisioning/change.ts';
import { ChangeRefused } from '../../../src/provisioning/check/mistake.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import type { Named } from '../../../src/provisioning/snapshot.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { MAX_UPLOAD_BYTES, UploadFolder } from '../../../src/shared/upload-folder.ts';
import { companiesIn } from '../../support/companies.ts';
import { ffmpegMissing } from '../../support/ffmpeg.ts';
import { readWav } from '../../support/wav.ts';
import { writeWav } from '../../support/wav-file.ts';

const missing =
  ffmpegMissing ??
  (spawnSync('espeak-ng', ['--version']).status === 0 ? undefined : 'espeak-ng is not installed');
const WORK = { signal: new AbortController().signal, progress: () => {} };
const WELCOME = { tenant: 'a', name: 'welcome', language: undefined };
const LI = { place: WELCOME, by: 'li@a' };

let dir: string;
let provisioning: Provisioning;
let changes: ChangeSet[];
let clock: ManualClock;
let shelf: PromptShelf;
let uploads: UploadFolder;

/** Takes a change as companies do. */
async function change(set: ChangeSet): Promise<void> {
  if (set.put.some(({ name }) => name === 'refused')) throw new ChangeRefused([]);
  changes.push(set);
  const before = [...provisioning.snapshot].filter(({ name }) => !set.put.some((each) => each.name === name));
  provisioning.take(provisioning.propose([...before, ...(set.put as Named[])], {}));
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-prompt-workshop-'));
  provisioning = new Provisioning(companiesIn('tenants: { a: {}, b: {} }'));
  changes = [];
  clock = new ManualClock(Date.now());
  shelf = new PromptShelf({ dataDir: dir, provisioning, change });
  uploads = new UploadFolder({ folder: join(dir, 'uploads'), clock, ids: seededIds() });
  await uploads.prepare();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A WAV whose samples tell it apart. */
function wavOf(sample: number): string {
  const path = join(dir, `made-${sample}.wav`);
  writeWav(path, new Int16Array(800).fill(sample));
  return path;
}
const heard = () => provisioning.snapshot.get('prompt', 'a', 'welcome');

describe('versions of a prompt', () => {
  it('are what callers hear from the newest on, until an earlier one is restored', async () => {
    const first = await shelf.add(WELCOME, wavOf(1), 'li@a', '您好');
    const second = await shelf.add(WELCOME, wavOf(2), 'li@a');
    expect(heard()).toMatchObject({ file: second.file, text: '您好' });
    expect(second.file).toMatch(/^welcome-[0-9a-f]{16}\.wav$/);
    expect(statSync(await shelf.path(WELCOME)).mode & 0o777).toBe(0o600);

    await shelf.restore(WELCOME, first.version, 'wang@a');
    expect(heard()?.file).toBe(first.file);
    expect(changes.at(-1)?.by).toBe('wang@a');
    expect((await shelf.versions(WELCOME)).map(({ isCurrent }) => isCurrent).toSorted()).toEqual([
      false,
      true,
    ]);
    expect(readWav(await shelf.path(WELCOME, second.version)).channels[0]![0]).toBe(2);
    await expect(shelf.restore(WELCOME, 'ffffffffffffffff', 'li@a')).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('are kept apart by language, and so many of them', async () => {
    const english = { ...WELCOME, language: 'en' };
    await expect(shelf.add(english, wavOf(1), 'li@a')).rejects.toMatchObject({ code: 'not-found' });
    for (let sample = 1; sample <= KEPT_VERSIONS + 3; sample++)
      await shelf.add(WELCOME, wavOf(sample), 'li@a');
    const { file } = await shelf.add(english, wavOf(99), 'li@a');
    expect(heard()?.languages).toEqual({ en: file });
    expect(await shelf.versions(english)).toHaveLength(1);
    expect(await shelf.versions(WELCOME)).toHaveLength(KEPT_VERSIONS);
    expect(readWav(await shelf.path(WELCOME)).channels[0]![0]).toBe(KEPT_VERSIONS + 3);
  });

  it('leave the file of another prompt alone, and one that was put there by hand', async () => {
    const folder = join(dir, 'prompts/a');
    mkdirSync(folder, { recursive: true });
    const [hand, others] = ['by-hand.wav', 'welcome-0123456789abcdef.wav'];
    copyFileSync(wavOf(7), join(folder, hand));
    copyFileSync(wavOf(8), join(folder, others));
    // The one by hand is the newer.
    utimesSync(join(folder, others), 1, 1);
    const named = (name: string, file: string) =>
      ({ kind: 'prompt', tenant: 'a', name, value: { tenant: 'a', name, file, languages: {} } }) as const;
    await change({ put: [named('welcome', hand), named('ours', others)], removed: [], by: 'li@a' });
    expect(await shelf.versions(WELCOME)).toMatchObject([{ file: hand, isCurrent: true }, { file: others }]);
    await shelf.add(WELCOME, wavOf(1), 'li@a');
    const before = (await shelf.versions(WELCOME)).find(
      ({ isCurrent, file }) => !isCurrent && file !== others,
    );
    expect(readWav(await shelf.path(WELCOME, before!.version)).channels[0]![0]).toBe(7);
    for (let sample = 2; sample <= KEPT_VERSIONS + 1; sample++)
      await shelf.add(WELCOME, wavOf(sample), 'li@a');
    expect(readdirSync(folder)).toEqual(expect.arrayContaining([hand, others]));
  });

  it('are of companies that there are: no name leads out of the folder', async () => {
    for (const tenant of ['none', '..', '../..'])
      for (const ask of [
        shelf.add({ ...WELCOME, tenant }, wavOf(1), 'x'),
        shelf.versions({ ...WELCOME, tenant }),
      ])
        await expect(ask).rejects.toMatchObject({ code: 'not-found' });
    await shelf.add(WELCOME, wavOf(1), 'li@a');
    expect(await shelf.versions({ ...WELCOME, tenant: 'b' })).toEqual([]);
  });

  it('leave nothing behind when the change is refused', async () => {
    const refused = { ...WELCOME, name: 'refused' };
    await expect(shelf.add(refused, wavOf(1), 'li@a')).rejects.toBeInstanceOf(ChangeRefused);
    expect(await shelf.versions(refused)).toEqual([]);
  });
});

describe('uploads', () => {
  it('are written as they come, for their owner only', async () => {
    const path = await uploads.receive('a', Readable.from([Buffer.from('one'), Buffer.from('two')]));
    expect(readFileSync(path, 'utf8')).toBe('onetwo');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('end at 50 MB, and leave no file', async () => {
    const piece = Buffer.alloc(1024 * 1024);
    let sent = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          sent += piece.length;
          yield piece;
        }
      })(),
    );
    await expect(uploads.receive('a', endless)).rejects.toMatchObject({ code: 'too-large' });
    expect(sent).toBeLessThan(MAX_UPLOAD_BYTES + 20 * piece.length);
    expect(readdirSync(join(dir, 'uploads'))).toEqual([]);
  });

  it('are cut when nothing comes, and are two of a company at once', async () => {
    const slow = [new PassThrough(), new PassThrough()];
    const received = slow.map((stream) => uploads.receive('a', stream).catch((error: unknown) => error));
    await expect(uploads.receive('a', new PassThrough())).rejects.toMatchObject({
      code: 'too-many-requests',
    });
    await expect.poll(() => readdirSync(join(dir, 'uploads')).length).toBe(2);
    slow[0]!.write('x');
    await clock.advance(16_000);
    expect(await Promise.all(received)).toMatchObject([{ code: 'too-slow' }, { code: 'too-slow' }]);
    expect(slow.every(({ destroyed }) => destroyed)).toBe(true);
    expect(await uploads.receive('a', Readable.from([Buffer.from('x')]))).toContain('uploads');
  });

  it('that nobody took further go after a day', async () => {
    await uploads.receive('a', Readable.from([Buffer.from('old')]));
    await clock.advance(90_000_000);
    await uploads.receive('a', Readable.from([Buffer.from('new')]));
    expect(readdirSync(join(dir, 'uploads'))).toHaveLength(1);
  });
});

describe.skipIf(missing)(`speech${missing ? ` (${missing})` : ''}`, () => {
  it('becomes a prompt of what was written', async () => {
    const audio = new TelephoneAudio({ clock: systemClock });
    const workshop = new PromptWorkshop({
      audio,
      speech: new Espeak({ clock: systemClock }),
      shelf,
      uploads,
    });
    const text = '您好，欢迎致电停电信息热线。';
    const made = await workshop.ofText(LI, { text, language: 'zh-CN' }, WORK);
    expect(made.durationMs).toBeGreaterThan(500);
    expect(heard()).toMatchObject({ file: made.file, text });
    expect(readdirSync(join(dir, 'uploads'))).toEqual([]);
  });

  it.each([
    ['yue', '歡迎致電', undefined],
    ['en', 'Welcome to the hotline.', 'm3'],
  ])('is said in %s', async (language, text, voice) => {
    await new Espeak({ clock: systemClock }).say({ text, language, voice }, join(dir, 'said.wav'));
    expect(readWav(join(dir, 'said.wav')).durationMs).toBeGreaterThan(400);
  });

  it('takes no option and no path for a voice, and says which languages there are', async () => {
    const espeak = new Espeak({ clock: systemClock });
    for (const voice of ['-f/etc/passwd', '../../x', 'mb-de1', 'no-such-voice'])
      await expect(
        espeak.say({ text: 'x', language: 'en', voice }, join(dir, 'x.wav')),
      ).rejects.toMatchObject({
        code: 'speech',
      });
    await expect(espeak.say({ text: 'x', language: 'tlh' }, join(dir, 'x.wav'))).rejects.toThrow(
      'zh-CN, yue, en',
    );
  });
});

it('speech tells when there is no engine', async () => {
  const espeak = new Espeak({ clock: systemClock, command: 'no-such-espeak' });
  await expect(espeak.say({ text: 'x', language: 'en' }, join(dir, 'x.wav'))).rejects.toMatchObject({
    code: 'speech-missing',
  });
});

describe('an outside speech engine', () => {
  const asked: OutboundRequest[] = [];
  const engine = (answer: Partial<OutboundAnswer>) =>
    new OutsideSpeech({
      outbound: {
        ask: async (request) => {
          asked.push(request);
          const usual = { status: 200, headers: { 'content-type': 'audio/mpeg' }, isWhole: true };
          return { ...usual, body: Buffer.from('audio'), ...answer };
        },
      },
      url: 'https://tts.example.com/say',
      token: 'a-token',
    });
  const say = (answer: Partial<OutboundAnswer>) =>
    engine(answer).say({ text: '您好', language: 'zh-CN', voice: 'xiaoyun' }, join(dir, 'spoken'));

  it('is asked with text, language and voice, and sends audio', async () => {
    await say({});
    expect(readFileSync(join(dir, 'spoken'), 'utf8')).toBe('audio');
    const [{ headers, body, ...request }] = asked as [OutboundRequest];
    expect(request).toMatchObject({ url: 'https://tts.example.com/say', method: 'POST', limitMs: 60_000 });
    expect(headers).toMatchObject({ authorization: 'Bearer a-token', 'content-type': 'application/json' });
    expect(JSON.parse(String(body))).toEqual({ text: '您好', language: 'zh-CN', voice: 'xiaoyun' });
  });

  it.each([
    ['a mistake', { status: 500 }],
    ['a redirect', { status: 302, headers: { location: 'http://169.254.169.254/' } }],
    ['a page', { headers: { 'content-type': 'text/html' } }],
    ['too much', { isWhole: false }],
  ])('is not believed with %s', async (_, answer) => {
    await expect(say(answer as Partial<OutboundAnswer>)).rejects.toMatchObject({ code: 'speech' });
  });
});

it.skipIf(ffmpegMissing)('a file that is no audio changes nothing, and is gone', async () => {
  const audio = new TelephoneAudio({ clock: systemClock });
  const workshop = new PromptWorkshop({ audio, speech: new Espeak({ clock: systemClock }), shelf, uploads });
  const file = uploads.newPath();
  writeFileSync(file, 'MZ');
  await expect(workshop.ofFile(LI, file, WORK)).rejects.toMatchObject({ code: 'no-audio' });
  expect(readdirSync(join(dir, 'uploads'))).toEqual([]);
  expect(heard()).toBeUndefined();
});
