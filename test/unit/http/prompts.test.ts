import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { buildHttp } from '../../../src/http/build-http.ts';
import type { Job } from '../../../src/job/job-store.ts';
import { type Jobs, MAX_OPEN_OF_COMPANY } from '../../../src/job/jobs.ts';
import { openPrompts } from '../../../src/open-prompts.ts';
import { PromptCatalogue } from '../../../src/prompt/prompt-catalogue.ts';
import type { ChangeSet } from '../../../src/provisioning/change.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import type { Named } from '../../../src/provisioning/snapshot.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { PbxError } from '../../../src/shared/errors.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { EntityRevision } from '../../../src/store/store.ts';
import { companiesIn } from '../../support/companies.ts';
import { ffmpegMissing } from '../../support/ffmpeg.ts';
import { AS_OPERATOR, httpOn, jobsOn } from '../../support/http.ts';

const PROMPTS = fileURLToPath(new URL('../../../media/prompts', import.meta.url));
const SPOKEN = readFileSync(join(PROMPTS, 'zh-CN/goodbye.wav'));
const demo = { ...AS_OPERATOR, 'pbx-tenant': 'demo' };

let dir: string;
let store: MemoryStore;
let jobs: Jobs;
let provisioning: Provisioning;
let prompts: Awaited<ReturnType<typeof openPrompts>>;
let nobodyAnswers: boolean;
let app: ReturnType<typeof buildHttp>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-prompt-routes-'));
  nobodyAnswers = false;
  store = new MemoryStore();
  jobs = jobsOn(store, { clock: systemClock });
  provisioning = new Provisioning(companiesIn('tenants: { demo: {}, other: {} }'));
  const past: EntityRevision[] = [];
  const companies = {
    provisioning,
    history: async ({ name: asked }: { readonly name: string }) => past.filter(({ name }) => name === asked),
    apply: async ({ put, by }: ChangeSet) => {
      for (const { name, value } of put)
        past.push({ revision: past.length + 1, name, at: 0, by, body: JSON.stringify(value) });
      const before = [...provisioning.snapshot].filter(({ kind }) => kind !== 'prompt');
      provisioning.take(provisioning.propose([...before, ...(put as Named[])], {}));
      return [];
    },
  };
  prompts = await openPrompts(
    { dataDir: dir, speech: { engine: 'espeak' }, http: { outbound: { allow: [] } } },
    {
      companies,
      catalogue: new PromptCatalogue([PROMPTS], 'zh-CN'),
      jobs,
      tell: (entry) => store.audit.append(entry),
      clock: systemClock,
      ids: seededIds(),
      phones: {
        extensionOf: (_, { extension }) => {
          if (extension !== '8001') throw new PbxError('not-found', 'there is no such phone');
          return extension;
        },
        take: async ({ file, onStep, signal }) => {
          onStep('recording');
          if (nobodyAnswers) throw new PbxError('call-ended', 'nobody answered at 8001');
          signal.throwIfAborted();
          copyFileSync(join(PROMPTS, 'zh-CN/goodbye.wav'), file);
          onStep('kept');
        },
      },
    },
  );
  app = httpOn(store, { jobs, prompts: prompts.board });
});
afterEach(async () => {
  await app.close();
  await jobs.close();
  await prompts.close();
  rmSync(dir, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  app.inject({ url: `/api/v1/prompts/${path}`, headers: { ...demo, ...headers } });
const post = (path: string, payload: Buffer | object | undefined, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: `/api/v1/prompts/${path}`,
    headers: { ...demo, ...headers },
    ...(payload && { payload }),
  });
const upload = (path: string, audio: Buffer, type = 'audio/wav') =>
  post(path, audio, { 'content-type': type });

/** The job of an answer, when it is over. */
async function overOf(response: Awaited<ReturnType<typeof upload>>): Promise<Job> {
  expect(response.statusCode, response.body).toBe(202);
  const { id } = response.json().job;
  expect(response.headers.location).toBe(`/api/v1/jobs/${id}`);
  return await new Promise((resolve) => {
    const look = async () => {
      const job = await jobs.get(Scope.of('demo'), id);
      if (job.endedAt !== undefined) resolve(job);
    };
    jobs.events.on('changed', (job) => job.id === id && job.endedAt !== undefined && resolve(job));
    void look();
  });
}

describe.skipIf(ffmpegMissing)(`prompts by HTTP${ffmpegMissing ? ` (${ffmpegMissing})` : ''}`, () => {
  it('are uploaded, heard in parts, and taken back, each in the audit trail', async () => {
    const first = await overOf(await upload('welcome/audio?reason=new%20greeting', SPOKEN));
    expect(first).toMatchObject({ state: 'done', kind: 'prompt-upload', result: { prompt: 'welcome' } });
    const second = await overOf(
      await upload(
        'welcome/audio',
        readFileSync(join(PROMPTS, 'en/digit-1.wav')),
        'application/octet-stream',
      ),
    );
    const [one, other] = [first, second].map(({ result }) => (result as { version: string }).version);

    const whole = await get('welcome/audio');
    expect([whole.statusCode, whole.headers['content-type']]).toEqual([200, 'audio/wav']);
    expect(whole.rawPayload.toString('latin1', 0, 4)).toBe('RIFF');
    const part = await get('welcome/audio', { range: 'bytes=4-9' });
    expect([part.statusCode, part.headers['content-range']]).toEqual([
      206,
      `bytes 4-9/${whole.rawPayload.length}`,
    ]);
    expect(part.rawPayload).toEqual(whole.rawPayload.subarray(4, 10));

    const { items } = (await get('welcome/versions')).json();
    expect(items.map(({ version }: { version: string }) => version).toSorted()).toEqual(
      [one, other].toSorted(),
    );
    expect(items.map(({ by }: { by: string }) => by)).toEqual(['operator token', 'operator token']);
    const restored = await post(`welcome/versions/${one}/restore`, undefined);
    expect(restored.json()).toMatchObject({ version: one, isCurrent: true });
    expect((await post('welcome/versions/ffffffffffffffff/restore', undefined)).statusCode).toBe(404);
    const trail = await store.audit.newest(9, Scope.of('demo'));
    expect(trail.map(({ action, by, details }) => [action, by, details])).toMatchObject([
      ['prompt', 'operator token', { act: 'restore', before: other, after: one }],
      ['prompt', 'operator token', { act: 'upload', before: one, after: other }],
      ['prompt', 'operator token', { act: 'upload', before: null, after: one, reason: 'new greeting' }],
    ]);
    expect(readdirSync(join(dir, 'uploads'))).toEqual([]);
  }, 90_000);

  it('are drawn, measured and cut: what is cut is a version of its own', async () => {
    await overOf(await upload('welcome/audio', readFileSync(join(PROMPTS, 'zh-CN/welcome.wav'))));
    const { durationMs, channels } = (await get('welcome/peaks')).json();
    expect(channels).toHaveLength(1);
    const level = (await get('welcome/level')).json();
    expect(Math.abs(level.loudness + 23)).toBeLessThan(0.6);
    expect(level).toMatchObject({ target: -23 });
    expect(level.peak).toBeLessThanOrEqual(-0.9);

    const cut = await overOf(await post('welcome/trim', { fromMs: 300, toMs: 1300 }));
    expect(cut).toMatchObject({ state: 'done', kind: 'prompt-trim' });
    const made = cut.result as { durationMs: number };
    expect(made.durationMs).toBeGreaterThan(500);
    expect(made.durationMs).toBeLessThanOrEqual(1100);
    expect((await get('welcome/peaks')).json().durationMs).toBe(Math.round(made.durationMs));
    const [newest, before] = (await get('welcome/versions')).json().items;
    expect([newest.isCurrent, before.isCurrent, Math.round(before.durationMs)]).toEqual([
      true,
      false,
      durationMs,
    ]);
    expect((await get(`welcome/peaks?version=${before.version}`)).json().durationMs).toBe(durationMs);
    expect((await post('welcome/trim', { fromMs: 300, toMs: 300 })).json()).toMatchObject({
      code: 'bad-request',
    });
    const beyond = await overOf(await post('welcome/trim', { fromMs: 900_000, toMs: 900_500 }));
    expect([beyond.state, beyond.error]).toEqual(['failed', expect.stringContaining('nothing but silence')]);
    const [trimmed] = await store.audit.newest(1, Scope.of('demo'));
    expect(trimmed).toMatchObject({ action: 'prompt', details: { act: 'trim', before: before.version } });
    expect(readdirSync(join(dir, 'uploads'))).toEqual([]);
  }, 90_000);

  it('are recorded at a phone, and stay as they are where nothing is kept', async () => {
    expect((await post('welcome/recording', { extension: '8009' })).json()).toMatchObject({
      code: 'not-found',
    });
    const kept = await overOf(await post('welcome/recording', { extension: '8001' }));
    expect(kept).toMatchObject({ state: 'done', kind: 'prompt-recording', total: 6 });
    const { version } = kept.result as { version: string };
    nobodyAnswers = true;
    const lost = await overOf(await post('welcome/recording', { extension: '8001' }));
    expect([lost.state, lost.error]).toEqual(['failed', 'nobody answered at 8001']);
    expect((await get('welcome/versions')).json().items).toMatchObject([{ version, isCurrent: true }]);
    const [noted] = await store.audit.newest(1, Scope.of('demo'));
    expect(noted).toMatchObject({ details: { act: 'recording', before: null, after: version } });
    expect(readdirSync(join(dir, 'uploads'))).toEqual([]);
  }, 60_000);

  it('are cut out of those that all companies have', async () => {
    const cut = await overOf(await post('goodbye/trim', { fromMs: 0, toMs: 60_000 }));
    expect(cut).toMatchObject({ state: 'done', result: { prompt: 'goodbye' } });
    expect(provisioning.snapshot.get('prompt', 'demo', 'goodbye')).toBeDefined();
  }, 60_000);

  it('say of a file that is no audio what is wrong with it', async () => {
    const { state, error } = await overOf(await upload('welcome/audio', Buffer.from('MZ no audio')));
    expect([state, error]).toEqual(['failed', expect.stringContaining('cannot be read as audio')]);
    expect(error).not.toContain(dir);
    expect(provisioning.snapshot.get('prompt', 'demo', 'welcome')).toBeUndefined();
  });
});

it('are heard as all companies have them where a company has none of its own', async () => {
  const common = await get('goodbye/audio');
  expect(common.rawPayload).toEqual(SPOKEN);
  expect((await get('none/audio')).json()).toMatchObject({ code: 'not-found' });
  copyFileSync(join(PROMPTS, 'zh-CN/goodbye.wav'), join(dir, 'secret.wav'));
  for (const name of ['..%2Fsecret', '%2e%2e', 'a%00b', 'a'.repeat(65)])
    expect([400, 404]).toContain((await get(`${name}/audio`)).statusCode);
});

it('are said by what there is, which tells its languages and voices', async () => {
  const { languages, voices } = (await get('x/speech')).json();
  expect(languages).toEqual(['zh-CN', 'yue', 'en']);
  expect(voices[0]).toBe('f2');
});

it('refuse what is no file: JSON, nothing, too much, another company, one that is not named', async () => {
  expect((await post('welcome/audio', { file: 'x' })).json()).toMatchObject({
    code: 'unsupported-media-type',
  });
  expect((await upload('welcome/audio', SPOKEN, 'text/html')).statusCode).toBe(415);
  expect((await post('welcome/audio', undefined)).json()).toMatchObject({ code: 'bad-request' });
  const large = { 'content-type': 'audio/wav', 'content-length': String(51 * 1024 ** 2) };
  expect((await post('welcome/audio', SPOKEN, large)).statusCode).toBe(413);
  const elsewhere = { 'content-type': 'audio/wav', 'pbx-tenant': '../..' };
  expect((await post('welcome/audio', SPOKEN, elsewhere)).statusCode).toBe(404);
  const unnamed = await app.inject({
    method: 'POST',
    url: '/api/v1/prompts/x/speech',
    headers: AS_OPERATOR,
    payload: { text: 'x', language: 'en' },
  });
  expect(unnamed.json()).toMatchObject({ code: 'bad-request' });
  expect((await post('x/speech', { text: 'x', language: 'tlh' })).json()).toMatchObject({
    code: 'bad-request',
  });
  expect((await post('x/speech', { text: 'x'.repeat(3001), language: 'en' })).statusCode).toBe(400);
  expect(readdirSync(join(dir, 'uploads'))).toEqual([]);
});

it('keeps nothing of an upload whose job is refused', async () => {
  let release = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  for (let open = 0; open < MAX_OPEN_OF_COMPANY; open++)
    await jobs.start({ kind: 'busy', tenantId: 'demo', by: 'li' }, () => until);
  const refused = await upload('welcome/audio', SPOKEN);
  release();
  expect(refused.json().code).toBe('too-many-jobs');
  expect(readdirSync(join(dir, 'uploads'))).toEqual([]);
});

it('measures nothing any more once it is closed', async () => {
  await prompts.close();
  const place = { tenant: 'demo', name: 'goodbye', language: undefined };
  await expect(prompts.board.level(place, undefined)).rejects.toMatchObject({ code: 'closed' });
});
