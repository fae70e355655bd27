import { Readable } from 'node:stream';
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import type { Job } from '../../job/job-store.ts';
import type { Scope } from '../../shared/scope.ts';
import { MAX_UPLOAD_BYTES } from '../../shared/upload-folder.ts';
import { type ByWhom, byWhom } from '../by-whom.ts';
import { RequestError } from '../errors.ts';
import { idParams, orNull, type RouteFacts, route } from '../route.ts';
import { jobBegun, sendBegun } from './jobs.ts';

/** A file of holidays: of twenty years it has not half so many. */
const MOST_HOLIDAY_BYTES = 256 * 1024;
const fileName = Type.Optional(
  Type.String({ minLength: 1, maxLength: 200, description: 'what the file is called' }),
);
const source = orNull(Type.String({ description: 'the file that was imported; null: none was' }));
const date = orNull(Type.String({ description: 'when it was' }));

const holidays = Type.Object(
  {
    ...{ source, date },
    knownTo: Type.Integer({ description: 'last year of which holidays are known' }),
    years: Type.Array(
      Type.Object({
        year: Type.Integer(),
        holidays: Type.Integer({ description: 'days off' }),
        workDays: Type.Integer({ description: 'make-up work days (调休)' }),
        isImported: Type.Boolean({ description: 'false: the package brings it' }),
      }),
    ),
  },
  {
    examples: [
      {
        ...{ source: 'holidays-2027.ics', date: '2026-11-10', knownTo: 2027 },
        years: [{ year: 2027, holidays: 33, workDays: 6, isImported: true }],
      },
    ],
  },
);
export type PublicHolidays = Static<typeof holidays>;

const taken = Type.Object(
  {
    years: Type.Array(Type.String(), { description: 'of the file' }),
    days: Type.Integer({ description: 'holidays and make-up work days in it' }),
  },
  { examples: [{ years: ['2027'], days: 39 }] },
);
export type HolidaysTaken = Static<typeof taken>;

const table = Type.Object(
  {
    version: Type.String(),
    ...{ source, date },
    segments: Type.Integer({ description: 'that have an area' }),
    share: Type.Number({ description: 'of the segments of all mobile prefixes, 0 to 1' }),
    prefixes: Type.Array(
      Type.Object({ prefix: Type.String(), known: Type.Integer({ description: 'of 10,000' }) }),
    ),
  },
  {
    examples: [
      {
        ...{ version: '2026-08', source: 'phone.dat', date: '2026-08-01', segments: 480_000, share: 0.99 },
        prefixes: [{ prefix: '138', known: 10_000 }],
      },
    ],
  },
);
export type SegmentTableRow = Static<typeof table>;

const areaRow = Type.Object(
  {
    number: Type.String({ description: 'in one form' }),
    form: Type.Unsafe<'mobile' | 'fixed' | 'service' | 'short' | 'international' | 'none'>(
      Type.String({
        description: '`mobile`, `fixed`, `service` (400, 800), `short`, `international` or `none`',
      }),
    ),
    segment: orNull(Type.String({ description: 'of a mobile: seven digits, by which it was looked up' })),
    area: orNull(
      Type.Object(
        {
          name: Type.String(),
          province: Type.String(),
          city: Type.String(),
          code: Type.String(),
          region: Type.String(),
        },
        { description: 'null: the table does not know' },
      ),
    ),
    carrier: orNull(Type.String()),
  },
  {
    examples: [
      {
        ...{ number: '13800138000', form: 'mobile', segment: '1380013', carrier: '移动' },
        area: { name: '北京', province: '北京', city: '北京', code: '010', region: '华北' },
      },
    ],
  },
);
export type AreaOfNumber = Static<typeof areaRow>;

const segmentsTaken = Type.Object(
  { version: Type.String(), segments: Type.Integer(), changed: Type.Integer() },
  { examples: [{ version: '2026-12', segments: 498_000, changed: 12_000 }] },
);

/** What the routes need of what all companies share. */
export interface SharedTableBoard {
  holidays(): PublicHolidays;
  /** `isTry`: says what it would do. Throws PbxError `bad-sheet`. */
  takeHolidays(text: string, name: string, isTry: boolean, who: ByWhom): Promise<HolidaysTaken>;
  segments(): SegmentTableRow;
  areaOf(number: string): AreaOfNumber;
  checkSegments(
    sent: Readable,
    how: { readonly name: string; readonly version: string | undefined },
    who: ByWhom,
  ): Promise<Job>;
  /** Throws PbxError `not-found`. */
  takeSegments(scope: Scope, id: string, who: ByWhom): Promise<Static<typeof segmentsTaken>>;
}

const operators = (permission: 'segments:read' | 'segments:update' | 'holidays:update') =>
  ({ access: { permission, reach: 'all' }, tag: 'system' }) as const satisfies Partial<RouteFacts>;

/** Public holidays (法定节假日) and the segment table (号段表): what all companies share. */
export const sharedTableRoutes: FastifyPluginCallbackTypebox<{ board: SharedTableBoard }> = (
  app,
  { board },
  done,
) => {
  app.get(
    '/public-holidays',
    route(
      {
        access: { permission: 'calendar:read', reach: 'tenant' },
        tag: 'entities',
        summary: 'Years whose public holidays are known',
      },
      { response: { 200: holidays } },
    ),
    () => board.holidays(),
  );
  app.post(
    '/public-holidays/import',
    route(
      {
        ...operators('holidays:update'),
        summary: 'Import public holidays for all companies',
        description:
          'The body is an ICS calendar, or JSON of chinese-days, of holiday-cn or by date. A year of the file takes the place of that year, others stay. Counts from the next call.',
        streamed: ['application/octet-stream'],
        bodyLimit: MOST_HOLIDAY_BYTES,
        errors: ['bad-sheet', 'change-refused'],
      },
      {
        querystring: Type.Object(
          {
            name: fileName,
            mode: Type.Enum(['preview', 'run'], {
              default: 'preview',
              description: '`preview` changes nothing',
            }),
          },
          { additionalProperties: false },
        ),
        response: { 200: taken },
      },
    ),
    async (request) => {
      const { name = 'holidays', mode } = request.query;
      const text = await textOf(request.body);
      return await board.takeHolidays(text, name, mode === 'preview', byWhom(request));
    },
  );
  app.get(
    '/segment-table',
    route(
      {
        ...operators('segments:read'),
        summary: 'The segment table: its version, and how much of each mobile prefix it knows',
      },
      { response: { 200: table } },
    ),
    () => board.segments(),
  );
  app.get(
    '/segment-table/areas/:number',
    route(
      { ...operators('segments:read'), summary: 'Where a number is at home, and who issued it' },
      {
        params: Type.Object({ number: Type.String({ pattern: '^[+0-9() .-]{1,40}$' }) }),
        response: { 200: areaRow },
      },
    ),
    (request) => board.areaOf(request.params.number),
  );
  app.post(
    '/segment-table/imports',
    route(
      {
        ...operators('segments:update'),
        summary: 'Prove a segment table',
        description:
          'The body is phone.dat, JSON or CSV of prefixes or runs, gzipped or not, at most 50 MB. The result of the job says how much it knows and what would change; nothing is changed. Its error says what is wrong with the file.',
        streamed: ['application/octet-stream', 'text/csv'],
        bodyLimit: MAX_UPLOAD_BYTES,
        errors: ['too-slow', 'too-many-jobs'],
      },
      {
        querystring: Type.Object(
          {
            name: fileName,
            version: Type.Optional(
              Type.String({
                pattern: '^\\S.{0,63}$',
                description: 'what the table is called where the file names no version; left out: today',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 202: jobBegun },
      },
    ),
    async (request, reply) => {
      const sent: unknown = request.body;
      if (!(sent instanceof Readable)) throw noFile();
      const { name = 'segments', version } = request.query;
      return sendBegun(reply, await board.checkSegments(sent, { name, version }, byWhom(request)));
    },
  );
  app.post(
    '/segment-table/imports/:id/run',
    route(
      {
        ...operators('segments:update'),
        summary: 'Take a segment table that was proved',
        description:
          'For all companies, without a restart: it is loaded beside the one that serves, and swapped in.',
        errors: ['change-refused'],
        isIdempotent: true,
      },
      { params: idParams, response: { 200: segmentsTaken } },
    ),
    async (request) => await board.takeSegments(request.scope, request.params.id, byWhom(request)),
  );
  done();
};

const noFile = () => new RequestError('bad-request', 'send the file as the body, with its media type');

async function textOf(sent: unknown): Promise<string> {
  if (!(sent instanceof Readable)) throw noFile();
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of sent) {
    bytes += (part as Buffer).length;
    if (bytes > MOST_HOLIDAY_BYTES)
      throw new RequestError('too-large', 'a file of holidays has 256 kB at most');
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}
