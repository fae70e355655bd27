import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import Type, { type Static, type TObject, type TSchema } from 'typebox';
import type { Principal } from '../../auth/principal.ts';
import type { AgentAct } from '../../desk/act/agent-act.ts';
import { AGENT_ACTS, type AgentActName, STATE_ACTS } from '../../desk/agent-acts.ts';
import type { Desk, Supervisor } from '../../desk/desk.ts';
import type { SupervisorAct } from '../../desk/supervisor-act/supervisor-act.ts';
import { SUPERVISOR_ACTS, type SupervisorActName } from '../../desk/supervisor-acts.ts';
import { Refusal } from '../../shared/refusal.ts';
import { RequestError } from '../errors.ts';
import { companyOf, nothing, orNull, route } from '../route.ts';

/** What the routes need of the desks. */
export interface ActingDesk extends Pick<Desk, 'act' | 'supervise' | 'supervising' | 'talkersIn'> {
  /** The state of an agent; undefined: there is no such agent. */
  stateOf(tenant: string, agent: string): string | undefined;
}

interface Parts {
  readonly desk: ActingDesk;
}

const agentParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 15, description: 'work number (工号), or `me`: his who asks' }),
});
const callParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const byAgent = Type.Object(
  {
    agent: Type.Optional(
      Type.String({
        maxLength: 15,
        description: 'who does it; left out: who asks, or else the only agent who talks in the call',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Refusals that acts have in common. */
const ACT_ERRORS = [
  ...(['no-such-agent', 'no-such-extension', 'no-such-queue', 'no-such-party', 'not-found'] as const),
  ...(['wrong-state', 'no-talk', 'no-call', 'not-reached', 'nothing-rings', 'signed-out'] as const),
  ...(['agent-at-work', 'phone-taken', 'phone-holds', 'slot-taken', 'bad-digits', 'not-supported'] as const),
  ...(['wrap-up-limit', 'no-wrap-up', 'no-such-disposition', 'disposition-required'] as const),
  ...(['unknown-prompt', 'change-refused'] as const),
];

const AT_DESK = { permission: 'desk:update', reach: 'own' } as const;

/** Schemas of a request for an act: what needs to be told nothing has no body. */
function schemasOf(args: TObject, result: TSchema) {
  const hasBody = Object.keys(args.properties).length > 0;
  const response = isVoid(result) ? { 204: nothing } : { 200: result };
  return { ...(hasBody && { body: args }), response };
}

const isVoid = (schema: TSchema): boolean => (schema as { readonly type?: string }).type === 'void';

function wordsOf({ title, description }: Pick<AgentAct, 'title' | 'description'>) {
  const summary = `${title.en[0]!.toUpperCase()}${title.en.slice(1)} (${title.zh})`;
  return { summary, ...(description !== undefined && { description }) };
}

/**
 * What agents (坐席) do from their desks: each act of `desk/act` is `POST /agents/:id/NAME`, and, when it is about a talk,
 * `POST /calls/:id/NAME` as well; `POST /agents/:id/state` has those that are states. What an act is told is its body.
 */
export const agentActRoutes: FastifyPluginCallbackTypebox<Parts> = (app, { desk }, done) => {
  const act = (actor: Actor, name: AgentActName, args: unknown): Promise<unknown> =>
    saying(desk, actor, desk.act(actor, name, (args ?? {}) as never));

  for (const [name, declared] of Object.entries<AgentAct>(AGENT_ACTS as never)) {
    if (Object.hasOwn(STATE_ACTS, name)) continue;
    const facts = { access: AT_DESK, tag: 'agents', errors: ACT_ERRORS, ...wordsOf(declared) } as const;
    const schemas = schemasOf(declared.args, declared.result);
    app.post(
      `/agents/:id/${name}`,
      route(facts, { params: agentParams, ...schemas }),
      async (request, reply) => {
        const answer = await act(agentNamed(request), name as AgentActName, request.body);
        return reply.code(answer === undefined ? 204 : 200).send(answer as never);
      },
    );
    // Of a call, to hang up is to end it for everybody (calls.ts).
    if (declared.of !== 'talk' || name === 'hang-up') continue;
    app.post(
      `/calls/:id/${name}`,
      route({ ...facts, tag: 'calls' }, { params: callParams, querystring: byAgent, ...schemas }),
      async (request, reply) => {
        const { id: callId } = request.params;
        const actor = { ...actorIn(request, desk), callId };
        const answer = await act(actor, name as AgentActName, request.body);
        return reply.code(answer === undefined ? 204 : 200).send(answer as never);
      },
    );
  }

  app.post(
    '/agents/:id/state',
    route(
      {
        access: AT_DESK,
        tag: 'agents',
        summary: 'Sign in and out, be ready or away (签入签出, 就绪, 示忙, 小休)',
        description: 'In a call the state is kept for its end: `isKept`.',
        errors: ACT_ERRORS,
      },
      { params: agentParams, body: stateBody, response: { 200: stateAnswer } },
    ),
    async (request) => {
      const actor = agentNamed(request);
      const { state, ...args } = request.body as { readonly state: AgentActName };
      const answer = (await act(actor, state, args)) as { readonly isKept?: boolean } | undefined;
      return { state: desk.stateOf(actor.tenant, actor.agent) ?? null, isKept: answer?.isKept ?? false };
    },
  );
  done();
};

const stateBody = Type.Union(
  Object.entries<AgentAct>(STATE_ACTS as never).map(([name, { args }]) =>
    Type.Object({ state: Type.Literal(name), ...args.properties }, { additionalProperties: false }),
  ),
  { examples: [{ state: 'break', reason: 'lunch' }] },
);
const stateAnswer = Type.Object(
  { state: orNull(Type.String({ description: 'his state now' })), isKept: Type.Boolean() },
  { examples: [{ state: 'break', isKept: false }] },
);

const superviseQuery = Type.Object(
  {
    as: Type.Optional(
      Type.String({
        maxLength: 15,
        description: 'the agent whose phone takes part; left out: who asks. For machines with a key only',
      }),
    ),
  },
  { additionalProperties: false },
);
const supervised = Type.Object(
  {
    agent: orNull(Type.String({ description: 'to whom it was done' })),
    callId: orNull(Type.String()),
  },
  { examples: [{ agent: '8001', callId: null }] },
);

const supervising = Type.Object(
  {
    agent: orNull(Type.String({ description: 'whom the phone of who asks follows; null: nobody' })),
    mode: orNull(Type.Enum(['listen', 'whisper', 'barge'], { description: '监听, 密语, 强插' })),
    callId: orNull(Type.String({ description: 'of the talk that it takes part in; null: he is in none' })),
  },
  { examples: [{ agent: '8001', mode: 'listen', callId: '4mXm2cT5b1kq8wJzR0Yh3A' }] },
);
export type SupervisingRow = Static<typeof supervising>;

/** What supervisors (班长席) do: each act of `desk/supervisor-act` is `POST /supervision/NAME`. Each is in the audit trail. */
export const supervisionRoutes: FastifyPluginCallbackTypebox<Parts> = (app, { desk }, done) => {
  app.get(
    '/supervision',
    route(
      {
        access: { permission: 'supervise:create', reach: 'own' },
        tag: 'agents',
        summary: 'Whom one supervises at the moment, and how (监听状态)',
      },
      { querystring: superviseQuery, response: { 200: supervising } },
    ),
    (request) => {
      const { tenant, agent } = supervisorOf(request);
      const now = agent === undefined ? undefined : desk.supervising(tenant, agent);
      return { agent: now?.agent ?? null, mode: now?.mode ?? null, callId: now?.callId ?? null };
    },
  );
  for (const [name, declared] of Object.entries<SupervisorAct>(SUPERVISOR_ACTS as never)) {
    const permission = declared.takesPart ? 'supervise:create' : 'supervise:update';
    const facts = { tag: 'agents', errors: ACT_ERRORS, ...wordsOf(declared) } as const;
    app.post(
      `/supervision/${name}`,
      route(
        { access: { permission, reach: 'own' }, ...facts },
        { querystring: superviseQuery, ...schemasOf(declared.args, supervised) },
      ),
      async (request) => {
        const by = supervisorOf(request);
        const told = (request.body ?? {}) as never;
        const { agent, callId } = await desk.supervise(by, name as SupervisorActName, told);
        return { agent: agent ?? null, callId: callId ?? null };
      },
    );
  }
  done();
};

interface Actor {
  readonly tenant: string;
  readonly agent: string;
}

/** The agent that somebody is, in this company; undefined: none, as who acts as another is not. */
export function ownAgent({ person, actedBy }: Principal, tenant: string): string | undefined {
  if (actedBy) return undefined;
  return person?.user.tenantId === tenant ? person.user.agent : undefined;
}

/** Throws RequestError `not-found` for an agent whom who asks does not reach. */
function reachable(request: FastifyRequest, tenant: string, agent: string): Actor {
  if (!request.scope.includesAgent(tenant, agent))
    throw new RequestError('not-found', `there is no agent ${agent}`);
  return { tenant, agent };
}

/** The agent of the path. Throws RequestError. */
export function agentNamed(request: FastifyRequest): Actor {
  const tenant = companyOf(request);
  const { id } = request.params as { readonly id: string };
  const agent = id === 'me' ? ownAgent(request.principal, tenant) : id;
  if (agent === undefined) throw new RequestError('not-found', `${request.principal.name} is no agent`);
  return reachable(request, tenant, agent);
}

/** Who acts in the call of the path. Throws RequestError. */
function actorIn(request: FastifyRequest, desk: ActingDesk): Actor {
  const tenant = companyOf(request);
  const { id } = request.params as { readonly id: string };
  const { agent: named } = request.query as { readonly agent?: string };
  if (named !== undefined) return reachable(request, tenant, named);
  const talkers = desk.talkersIn(tenant, id).filter((agent) => request.scope.includesAgent(tenant, agent));
  const own = ownAgent(request.principal, tenant);
  const [first, second] = own !== undefined && talkers.includes(own) ? [own] : talkers;
  if (first === undefined) throw new RequestError('not-found', `no agent talks in a call ${id}`);
  if (second !== undefined)
    throw new RequestError(
      'bad-request',
      `several agents talk in it, name one: agent=${talkers.join(' or ')}`,
    );
  return { tenant, agent: first };
}

/**
 * As whom somebody supervises: by his right, or, where that does not reach all agents of the company and no agent is named, as he is set up
 * as an agent. Throws RequestError.
 */
function supervisorOf(request: FastifyRequest): Supervisor {
  const tenant = companyOf(request);
  const { scope, principal } = request;
  const { agent: of } = (request.body ?? {}) as { readonly agent?: string };
  const { as } = request.query as { readonly as?: string };
  if (of !== undefined) reachable(request, tenant, of);
  if (as !== undefined && principal.person)
    throw new RequestError('bad-request', 'as is for machines: people are the agents that they are');
  const agent = as ?? ownAgent(principal, tenant);
  const isByRight = scope.reached === undefined || of !== undefined;
  if (agent !== undefined) return { tenant, agent, ...(isByRight && { name: principal.name }) };
  if (!isByRight) throw new RequestError('not-found', `${principal.name} is no agent`);
  return { tenant, name: principal.name };
}

/** What refuses an act says in what state the agent is. */
export async function saying<Answer>(
  desk: ActingDesk,
  { tenant, agent }: Actor,
  done: Promise<Answer>,
): Promise<Answer> {
  try {
    return await done;
  } catch (error) {
    if (error instanceof Refusal && error.status === 409) error.state = desk.stateOf(tenant, agent);
    throw error;
  }
}
