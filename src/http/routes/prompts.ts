import { Readable } from 'node:stream';
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { Job } from '../../job/job-store.ts';
import { type ByWhom, byWhom, reasonQuery } from '../by-whom.ts';
import { RequestError } from '../errors.ts';
import { pageFields, pageOfRows } from '../page.ts';
import { companyOf, isoTime, listOf, orNull, type RouteFacts, route } from '../route.ts';
import {
  type Audio,
  type AudioPeaks,
  audioAnswers,
  audioHeaders,
  peaksAnswer,
  sendAudio,
} from '../send-audio.ts';
import { ownAgent } from './acts.ts';
import { jobBegun, sendBegun } from './jobs.ts';

const version = Type.Object(
  {
    version: Type.String({ description: 'of what is in it' }),
    madeAt: isoTime(),
    by: orNull(Type.String({ description: 'who had callers hear it first; null: nobody knows' })),
    durationMs: Type.Number(),
    bytes: Type.Integer(),
    isCurrent: Type.Boolean({ description: 'callers hear it' }),
  },
  {
    examples: [
      {
        version: '0123456789abcdef',
        madeAt: '2026-10-01T08:00:00.000Z',
        by: 'li@demo',
        durationMs: 2400,
        bytes: 38_444,
        isCurrent: true,
      },
    ],
  },
);
export type PromptVersionRow = Static<typeof version>;

const level = Type.Object(
  {
    loudness: Type.Number({ description: 'LUFS (EBU R 128)' }),
    peak: Type.Number({ description: 'its highest peak, dBFS' }),
    target: Type.Number({ description: 'loudness of what is made here, LUFS' }),
  },
  { examples: [{ loudness: -23.1, peak: -4.2, target: -23 }] },
);
export type PromptLevelRow = Static<typeof level>;

const speechEngine = Type.Object(
  {
    languages: orNull(Type.Array(Type.String(), { description: 'null: ask it; none: there is no speech' })),
    voices: orNull(Type.Array(Type.String(), { description: 'the usual one first; null: ask it' })),
  },
  { examples: [{ languages: ['zh-CN', 'yue', 'en'], voices: ['f2', 'm1'] }] },
);
export type SpeechEngineRow = Static<typeof speechEngine>;

/** A prompt of a company, in one language; undefined: what everybody hears who has chosen none. */
export interface PromptPlace {
  readonly tenant: string;
  readonly name: string;
  readonly language: string | undefined;
}

export interface PromptSpeech {
  readonly text: string;
  readonly language: string;
  readonly voice?: string | undefined;
}

/** What the routes need of the prompts. All throw PbxError. */
export interface PromptBoard {
  versions(place: PromptPlace): Promise<readonly PromptVersionRow[]>;
  /** What callers hear, the company's own or everybody's; or one of its versions. */
  audio(place: PromptPlace, version: string | undefined): Promise<Audio>;
  /** What a player draws of that. */
  peaks(place: PromptPlace, version: string | undefined): Promise<AudioPeaks>;
  level(place: PromptPlace, version: string | undefined): Promise<PromptLevelRow>;
  restore(place: PromptPlace, version: string, by: ByWhom): Promise<PromptVersionRow>;
  /** Takes the file in, then begins a job that makes the prompt of it. */
  upload(place: PromptPlace, sent: Readable, by: ByWhom): Promise<Job>;
  /** Begins a job that says a text and makes the prompt of it. */
  say(place: PromptPlace, speech: PromptSpeech, by: ByWhom): Promise<Job>;
  /** Begins a job that makes the prompt of a part of what callers hear, or of one of its versions. */
  trim(place: PromptPlace, part: PromptPart, by: ByWhom): Promise<Job>;
  /** Rings a phone and begins a job that makes the prompt of what is said there. */
  record(place: PromptPlace, phone: PromptPhone, by: ByWhom): Promise<Job>;
  /** What says texts; the prompt need not be there yet. */
  speech(place: PromptPlace): Promise<SpeechEngineRow>;
}

/** Whose phone is rung; without an extension, that of the agent who asks. */
export interface PromptPhone {
  readonly extension: string | undefined;
  readonly agent: string | undefined;
}

/** What is taken of a version, ms from its beginning. */
export interface PromptPart {
  readonly version?: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

const MAX_UPLOAD_BYTES = 50 * 1024 ** 2;

const languageField = Type.Optional(
  Type.String({
    maxLength: 35,
    pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$',
    description: 'the prompt in that language (en, yue); left out: what everybody hears who has chosen none',
  }),
);
const versionField = Type.String({ pattern: '^[0-9a-f]{16}$', description: 'of the list of versions' });
const params = Type.Object({ name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$' }) });
const versionParams = Type.Object({ ...params.properties, version: versionField });
const closed = { additionalProperties: false };
const made = Type.Object({ language: languageField, ...reasonQuery.properties }, closed);
const versionsQuery = Type.Object({ ...pageFields, language: languageField }, closed);
const versionQuery = Type.Object({ language: languageField, version: Type.Optional(versionField) }, closed);
const audioQuery = Type.Object(
  {
    ...versionQuery.properties,
    download: Type.Boolean({ default: false, description: 'to be saved, not played' }),
  },
  closed,
);
const speech = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 3_000 }),
    language: Type.String({ maxLength: 35, description: 'that is spoken: zh-CN, yue, en' }),
    voice: Type.Optional(Type.String({ maxLength: 64, description: "one of the speech engine's" })),
  },
  { ...closed, examples: [{ text: '您好，欢迎致电。', language: 'zh-CN' }] },
);
const ms = Type.Integer({ minimum: 0, maximum: 30 * 60_000 });
const part = Type.Object(
  { version: Type.Optional(versionField), fromMs: ms, toMs: ms },
  { ...closed, examples: [{ fromMs: 400, toMs: 5200 }] },
);
const phone = Type.Object(
  {
    extension: Type.Optional(
      Type.String({
        pattern: '^\\d{1,20}$',
        description: 'whose phone rings; left out: where who asks sits as an agent (坐席)',
      }),
    ),
  },
  { ...closed, examples: [{ extension: '8001' }] },
);

/** Audio of a company's prompts (提示音): made of files and texts, heard, taken back. */
export const promptRoutes: FastifyPluginCallbackTypebox<{ board: PromptBoard }> = (app, { board }, done) => {
  const facts = (action: 'read' | 'update', summary: string, more: Partial<RouteFacts> = {}): RouteFacts => ({
    access: { permission: `prompt:${action}`, reach: 'tenant' },
    tag: 'prompts',
    summary,
    ...more,
  });
  const placeOf = (request: Parameters<typeof companyOf>[0], name: string, language: string | undefined) => ({
    tenant: companyOf(request),
    name,
    language,
  });

  app.get(
    '/prompts/:name/audio',
    route(facts('read', 'Hear a prompt'), {
      params,
      querystring: audioQuery,
      headers: audioHeaders,
      response: audioAnswers,
    }),
    async (request, reply) => {
      const { name } = request.params;
      const { language, version, download } = request.query;
      const audio = await board.audio(placeOf(request, name, language), version);
      return sendAudio(request, reply, audio, { name, isSaved: download, sha256: undefined });
    },
  );
  app.get(
    '/prompts/:name/peaks',
    route(
      facts('read', 'What a player draws of a prompt (波形)', {
        errors: ['too-many-requests', 'ffmpeg', 'closed'],
      }),
      { params, querystring: versionQuery, response: { 200: peaksAnswer } },
    ),
    async (request) => {
      const { language, version: wanted } = request.query;
      return await board.peaks(placeOf(request, request.params.name, language), wanted);
    },
  );
  app.get(
    '/prompts/:name/level',
    route(
      facts('read', 'How loud a prompt is (响度)', {
        errors: ['no-audio', 'too-long', 'ffmpeg', 'ffmpeg-missing'],
      }),
      { params, querystring: versionQuery, response: { 200: level } },
    ),
    async (request) => {
      const { language, version: wanted } = request.query;
      return await board.level(placeOf(request, request.params.name, language), wanted);
    },
  );
  app.post(
    '/prompts/:name/audio',
    route(
      facts('update', 'Make a prompt of an audio file', {
        description:
          'The body is the file, in any format that ffmpeg reads, at most 50 MB and 30 minutes. Callers hear it when the job is done: 8 kHz mono, silence cut at both ends, -23 LUFS.',
        streamed: ['audio/*', 'application/octet-stream'],
        bodyLimit: MAX_UPLOAD_BYTES,
        errors: ['too-slow'],
      }),
      { params, querystring: made, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      const { language, reason } = request.query;
      const place = placeOf(request, request.params.name, language);
      const sent: unknown = request.body;
      if (!(sent instanceof Readable))
        throw new RequestError('bad-request', 'send the audio as the body, with its media type');
      return sendBegun(reply, await board.upload(place, sent, byWhom(request, reason)));
    },
  );
  app.post(
    '/prompts/:name/speech',
    route(
      facts('update', 'Make a prompt of a text (TTS)', {
        description: 'Callers hear it when the job is done.',
        errors: ['speech', 'speech-missing'],
      }),
      { params, querystring: made, body: speech, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      const { language, reason } = request.query;
      const place = placeOf(request, request.params.name, language);
      return sendBegun(reply, await board.say(place, request.body, byWhom(request, reason)));
    },
  );
  app.post(
    '/prompts/:name/trim',
    route(
      facts('update', 'Make a prompt of a part of it (剪辑)', {
        description:
          'Of what callers hear, or of one of its versions. Silence at both ends is cut and the loudness set as with uploads: from 0 to its end, that is all that is done. Callers hear it when the job is done.',
      }),
      { params, querystring: made, body: part, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      const { language, reason } = request.query;
      const place = placeOf(request, request.params.name, language);
      if (request.body.toMs <= request.body.fromMs)
        throw new RequestError('bad-request', 'toMs must be later than fromMs');
      return sendBegun(reply, await board.trim(place, request.body, byWhom(request, reason)));
    },
  );
  app.post(
    '/prompts/:name/recording',
    route(
      facts('update', 'Record a prompt by phone (电话录音)', {
        description:
          'The phone rings; who answers speaks after a beep, ends with # or hangs up, hears it, and keeps it by 1 or records it again by 2. The job says how far it is by `done`, of 6: 0 it rings, 1 it records, 2 it is played back, then it is made. Cancelling the job hangs up.',
        errors: ['store'],
      }),
      { params, querystring: made, body: phone, response: { 202: jobBegun } },
    ),
    async (request, reply) => {
      const { language, reason } = request.query;
      const place = placeOf(request, request.params.name, language);
      const { extension } = request.body;
      const agent = ownAgent(request.principal, place.tenant);
      return sendBegun(reply, await board.record(place, { extension, agent }, byWhom(request, reason)));
    },
  );
  app.get(
    '/prompts/:name/speech',
    route(facts('read', 'Languages and voices in which a text can be said (TTS)'), {
      params,
      response: { 200: speechEngine },
    }),
    async (request) => await board.speech(placeOf(request, request.params.name, undefined)),
  );
  app.get(
    '/prompts/:name/versions',
    route(facts('read', 'Versions of a prompt, the newest first'), {
      params,
      querystring: versionsQuery,
      response: { 200: listOf(version) },
    }),
    async (request) => {
      const place = placeOf(request, request.params.name, request.query.language);
      const rows = (await board.versions(place)).map((row, at) => ({ row, at: String(at).padStart(6, '0') }));
      const { items, next } = await pageOfRows(request, rows, ({ at }) => [at]);
      return { items: items.map(({ row }) => row), next };
    },
  );
  app.post(
    '/prompts/:name/versions/:version/restore',
    route(facts('update', 'Has callers hear an earlier version again', { errors: ['change-refused'] }), {
      params: versionParams,
      querystring: made,
      response: { 200: version },
    }),
    async (request) => {
      const { language, reason } = request.query;
      const place = placeOf(request, request.params.name, language);
      return await board.restore(place, request.params.version, byWhom(request, reason));
    },
  );
  done();
};
