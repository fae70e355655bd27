import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static, type TProperties } from 'typebox';
import type { FaultReports } from '../../fault/fault-reports.ts';
import type { FaultHead } from '../../fault/fault-store.ts';
import { byWhom } from '../by-whom.ts';
import { pageFields, pageOfRows } from '../page.ts';
import { companyOf, idParams, isoTime, listOf, orNull, route } from '../route.ts';
import { ownAgent } from './acts.ts';

const text = (description?: string) => Type.String(description === undefined ? {} : { description });
const object = <Fields extends TProperties>(fields: Fields) => Type.Object(fields);
const plain = Type.Record(Type.String(), Type.Unknown());

const HEAD = {
  id: 'Zr0Yh3A4mXm2cT5b1kq8wJ',
  at: '2026-10-10T04:00:00.000Z',
  by: 'li@demo',
  agent: '8001',
  callId: '4mXm2cT5b1kq8wJzR0Yh3A',
  text: 'the caller hears himself',
  closed: null,
};
const FACTS = {
  network: { rtt: 50, effectiveType: '4g' },
  devices: { microphone: 'USB Headset' },
  samples: [{ at: '2026-10-10T03:59:58.000Z', mos: 3.1, jitterMs: 42, loss: 0.04 }],
  stats: [],
  events: [],
};

const newFault = Type.Object(
  {
    callId: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'in which it happened' })),
    text: Type.Optional(Type.String({ maxLength: 500, examples: [HEAD.text] })),
    page: Type.Optional(plain),
    network: Type.Optional(plain),
    devices: Type.Optional(plain),
    phone: Type.Optional(plain),
    samples: Type.Optional(
      Type.Array(plain, { maxItems: 120, description: 'of the sound, the oldest first' }),
    ),
    stats: Type.Optional(
      Type.Array(plain, { maxItems: 200, description: '`getStats` of the browser (W3C webrtc-stats)' }),
    ),
    events: Type.Optional(
      Type.Array(plain, { maxItems: 200, description: 'the last ones that the page heard of the stream' }),
    ),
  },
  {
    additionalProperties: false,
    description:
      'Telephone numbers are masked, secrets and what people wrote or keyed left out, whatever the page sends.',
    examples: [{ callId: HEAD.callId, text: HEAD.text, ...FACTS }],
  },
);

const headFields = {
  id: text(),
  at: isoTime(),
  by: text('who reports it'),
  agent: orNull(text('his work number (工号)')),
  callId: orNull(text('in which it happened')),
  text: text('his words; empty: none'),
  closed: orNull(object({ at: isoTime(), by: text(), note: text() })),
};
const head = Type.Object(headFields, { examples: [HEAD] });
const whole = Type.Object({ ...headFields, facts: plain }, { examples: [{ ...HEAD, facts: FACTS }] });
export type FaultRow = Static<typeof head>;
export type FaultWholeRow = Static<typeof whole>;

const filter = Type.Object(
  { ...pageFields, state: Type.Optional(Type.Enum(['open', 'closed'], { description: 'left out: all' })) },
  { additionalProperties: false },
);
const taken = Type.Object({ id: text() }, { examples: [{ id: HEAD.id }] });
const closing = Type.Object(
  { note: Type.Optional(Type.String({ maxLength: 500, examples: ['the headset was replaced'] })) },
  { additionalProperties: false, examples: [{ note: 'the headset was replaced' }] },
);

/** Faults (故障报告) as agents report them from the phone bar, for who mends them. */
export const faultRoutes: FastifyPluginCallbackTypebox<{
  faults: Pick<FaultReports, 'report' | 'list' | 'read' | 'close'>;
}> = (app, { faults }, done) => {
  app.post(
    '/fault-reports',
    route(
      {
        access: { permission: 'desk:update', reach: 'own' },
        tag: 'agents',
        errors: ['too-many-requests', 'too-large'],
        summary: 'Report a fault, with what the page measured (报障)',
        bodyLimit: 1024 * 1024,
      },
      { body: newFault, response: { 201: taken } },
    ),
    async (request, reply) => {
      const { callId, text: words = '', ...facts } = request.body;
      const tenant = companyOf(request);
      const agent = ownAgent(request.principal, tenant);
      const { id } = await faults.report(tenant, byWhom(request), {
        agent,
        callId,
        text: words.trim(),
        facts,
      });
      return reply.code(201).send({ id });
    },
  );
  app.get(
    '/fault-reports',
    route(
      {
        access: { permission: 'fault:read', reach: 'tenant' },
        tag: 'agents',
        errors: ['bad-cursor'],
        summary: 'Fault reports of a company, the newest first (故障报告)',
      },
      { querystring: filter, response: { 200: listOf(head) } },
    ),
    async (request) => {
      const { state } = request.query;
      const rows = await faults.list(
        companyOf(request),
        state === undefined ? undefined : state === 'closed',
      );
      return await pageOfRows(request, rows.map(headRow), ({ at, id }) => [newestFirst(at), id]);
    },
  );
  app.get(
    '/fault-reports/:id',
    route(
      {
        access: { permission: 'fault:read', reach: 'tenant' },
        tag: 'agents',
        errors: ['not-found'],
        summary: 'A fault report with what was measured; that it was read is in the audit trail',
      },
      { params: idParams, response: { 200: whole } },
    ),
    async (request) => {
      const found = await faults.read(companyOf(request), request.params.id, byWhom(request));
      return { ...headRow(found), facts: found.facts };
    },
  );
  app.post(
    '/fault-reports/:id/close',
    route(
      {
        access: { permission: 'fault:update', reach: 'tenant' },
        tag: 'agents',
        errors: ['not-found', 'wrong-state'],
        summary: 'Close a fault report: it is mended, or none',
      },
      { params: idParams, body: closing, response: { 200: head } },
    ),
    async (request) => {
      const { note = '' } = request.body;
      const closed = await faults.close(companyOf(request), request.params.id, byWhom(request), note.trim());
      return headRow(closed);
    },
  );
  done();
};

function headRow({ id, at, by, agent, callId, text: words, closed }: FaultHead): FaultRow {
  return {
    ...{ id, at: iso(at), by, agent: agent ?? null, callId: callId ?? null, text: words },
    closed: closed ? { ...closed, at: iso(closed.at) } : null,
  };
}

/** In whose order what is later comes before. */
const newestFirst = (at: string) => String(Number.MAX_SAFE_INTEGER - Date.parse(at));
const iso = (at: number) => new Date(at).toISOString();
