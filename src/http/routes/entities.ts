import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Check } from 'typebox/value';
import { withOwnName } from '../../provisioning/check/own-name.ts';
import { isToldElsewhere } from '../../provisioning/check/secrets.ts';
import { KIND_NAMES, type KindName, kindOf } from '../../provisioning/kinds.ts';
import { isNamedByCaller, maskedEntity } from '../../provisioning/masked-entity.ts';
import { SYSTEM_TENANT } from '../../provisioning/snapshot.ts';
import type { Scope } from '../../shared/scope.ts';
import { inMaskedOrder, maskedError, maskedUser } from '../entity-numbers.ts';
import { entityRoute } from '../entity-route.ts';
import { answerSchema, madeSchema, patchSchema, pathOf } from '../entity-schemas.ts';
import { RequestError } from '../errors.ts';
import { type EntityAction, entityNeed } from '../kind-rights.ts';
import { isFields, mergePatch } from '../merge-patch.ts';
import { pageFields, pageOf, pageQuery } from '../page.ts';
import { etagOf, requireMatch } from '../revision.ts';
import { companyOf, idParams, isoTime, listOf, nothing, orNull } from '../route.ts';
import { RowTexts } from '../row-texts.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Names one entity. */
export interface EntityRef {
  readonly kind: KindName;
  readonly tenant: string;
  readonly name: string;
}

/** An entity (企业配置), and who owns it. */
export interface EntityFound extends EntityRef {
  /** Secrets too. */
  readonly value: Fields;
  readonly revision: number;
  /** `file:line`; undefined: the database owns it. */
  readonly file: string | undefined;
}

/** When it was changed, in ms since 1970, and by whom. */
interface Changed {
  readonly at: number;
  readonly by: string;
}

export interface EntityState extends Changed {
  readonly revision: number;
  /** Undefined: it was removed. */
  readonly value: Fields | undefined;
}

/** A change of one entity; without `value` it goes. `revision`: that was read; 0: there is none. */
export interface EntityWish extends EntityRef {
  readonly value: Fields | undefined;
  readonly revision: number;
}

/** What the routes need of provisioning. Changes throw PbxError with what is wrong in `flaws`. */
export interface EntityBoard {
  /** Those of the scope by company and name; `q`: part of a name or a title. */
  list(kind: KindName, scope: Scope, q?: string): readonly (EntityRef & { readonly value: object })[];
  find(ref: EntityRef): EntityFound | undefined;
  lastChanges(found: readonly EntityFound[]): Promise<ReadonlyMap<EntityFound, Changed>>;
  /** The newest first. */
  history(ref: EntityRef): Promise<readonly EntityState[]>;
  usedBy(ref: EntityRef): Promise<readonly (EntityRef & { readonly pointer: string })[]>;
  /** `value` without its secrets. */
  shown(kind: KindName, value: Fields): Fields;
  change(wish: EntityWish, by: string): Promise<void>;
  /** Throws what {@link change} would; changes nothing. */
  check(wish: EntityWish, by: string): Promise<void>;
}

/** Of a list of a million numbers more is imported. */
const BODY_BYTES = 1024 * 1024;
const MERGE_PATCH = 'application/merge-patch+json';

const validate = Type.Object(
  { validate: Type.Optional(Type.Enum(['only'], { description: 'checks it and changes nothing: 204' })) },
  { additionalProperties: false },
);
const listQuery = Type.Object(
  {
    ...pageFields,
    q: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'part of a name or title' })),
    sort: Type.Enum(['name', '-name'], { default: 'name' }),
  },
  { additionalProperties: false },
);
const wanted = Type.Object(
  { revision: Type.Integer({ minimum: 1, description: 'of its history' }) },
  { additionalProperties: false, examples: [{ revision: 2 }] },
);
const user = Type.Object(
  {
    kind: Type.String(),
    tenant: Type.String(),
    name: Type.String(),
    pointer: Type.String({ description: 'JSON pointer to the field that names it' }),
  },
  { examples: [{ kind: 'queue', tenant: 'demo', name: 'sales', pointer: '/agents/0' }] },
);
const state = Type.Object(
  {
    revision: Type.Integer(),
    at: isoTime(),
    by: Type.String(),
    value: orNull(Type.Record(Type.String(), Type.Unknown(), { description: 'null: it was removed' })),
  },
  {
    examples: [
      {
        revision: 2,
        at: '2026-10-01T08:00:00.000Z',
        by: 'li@demo',
        value: { name: 'sales', ringMs: 15_000 },
      },
    ],
  },
);

/** Every kind of entity that companies set up, each under its plural: `/queues`, `/break-reasons`. */
export const entityRoutes = (
  app: FastifyInstance,
  { board }: { readonly board: EntityBoard },
  done: () => void,
): void => {
  const parser = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser(MERGE_PATCH, { parseAs: 'string' }, parser);
  for (const kind of KIND_NAMES) addKind(app, board, kind);
  done();
};

const rowTexts = new RowTexts();

function addKind(app: FastifyInstance, board: EntityBoard, kind: KindName): void {
  const { title, key } = kindOf(kind);
  const path = pathOf(kind);
  const what = `${title.en} (${title.zh})`;
  const row = answerSchema(kind);
  const refOf = ({ scope, params }: FastifyRequest): EntityRef => {
    const { id } = params as { readonly id: string };
    return { kind, tenant: homeOf(kind, scope, id), name: id };
  };
  const found = (request: FastifyRequest): EntityFound => {
    const ref = refOf(request);
    const entity = board.find(ref);
    if (!entity) throw new RequestError('not-found', `there is no ${kind} ${ref.name}`);
    return entity;
  };
  const send = async ({ scope }: FastifyRequest, reply: FastifyReply, ref: EntityRef) => {
    const entity = board.find(ref)!;
    const changes = await board.lastChanges([entity]);
    return reply.header('etag', etagOf(entity)).send(rowOf(board, scope, entity, changes.get(entity)));
  };
  /** The one that the request means, which the caller has read as it is. */
  const readBefore = (request: FastifyRequest): EntityFound => {
    const entity = found(request);
    requireMatch(request, entity);
    return entity;
  };
  const take = async (request: FastifyRequest, reply: FastifyReply, wish: EntityWish, status: number) => {
    const { principal, query, scope } = request;
    const isChecked = (query as { readonly validate?: string }).validate === 'only';
    try {
      await (isChecked ? board.check(wish, principal.name) : board.change(wish, principal.name));
    } catch (error) {
      throw scope.seesNumbers ? error : maskedError(error);
    }
    if (isChecked) return reply.code(204).send(null);
    if (!wish.value) return reply.code(204).send(null);
    if (status === 201) reply.header('location', `/api/v1${path}/${wish.name}`);
    return await send(request, reply.code(status), wish);
  };

  const ofOne = (action: 'read' | 'update' | 'delete') => ({
    ...right(kind, action),
    looksUp: isNamedByCaller(kind),
  });

  app.get(
    path,
    entityRoute(
      { ...right(kind, 'read'), summary: `List of kind ${what}` },
      { querystring: listQuery, response: { 200: listOf(row) } },
    ),
    async (request, reply) => {
      const { q, sort } = request.query as { readonly q?: string; readonly sort: string };
      const { scope } = request;
      const page = await pageOf(request as never, async (limit, after) => {
        const all = board.list(kind, scope, q);
        const hides = !scope.seesNumbers && isNamedByCaller(kind);
        const listed = hides ? inMaskedOrder(all, q) : all;
        const ordered = sort === '-name' ? listed.toReversed() : listed;
        if (hides) {
          // A cursor is read by whoever has it: where names are hidden it counts.
          const from = Number(after?.[0] ?? 0);
          const page = ordered.slice(from, from + limit);
          return page.map((item, at) => ({ item, place: [String(from + at + 1)] }));
        }
        const from = after ? ordered.findIndex((each) => isAt(each, after)) + 1 : 0;
        return ordered.slice(from, from + limit).map((item) => ({ item, place: [item.tenant, item.name] }));
      });
      const items = page.items.flatMap((ref) => board.find(ref) ?? []);
      const changes = await board.lastChanges(items);
      const texts = items.map((each) =>
        rowTexts.of(each, scope.seesNumbers, changes.get(each), (changed) =>
          rowOf(board, scope, each, changed),
        ),
      );
      const text = `{"items":[${texts.join(',')}],"next":${JSON.stringify(page.next)}}`;
      return reply.type('application/json; charset=utf-8').send(text);
    },
  );
  app.post(
    path,
    entityRoute(
      {
        ...right(kind, 'create'),
        looksUp: isNamedByCaller(kind),
        summary: `Make one of kind ${what}`,
        errors: ['change-refused', 'exists'],
        bodyLimit: BODY_BYTES,
      },
      { querystring: validate, body: madeSchema(kind), response: { 201: row, 204: nothing } },
    ),
    async (request, reply) => {
      const body = fieldsOf(request.body);
      const name = body[key];
      if (typeof name !== 'string') throw new RequestError('bad-request', `${key} must be a text`);
      const tenant = homeOf(kind, request.scope, name);
      const value = withOwnName(kind, takenOf({ kind, tenant, name }, body), name);
      return await take(request, reply, { kind, tenant, name, value, revision: 0 }, 201);
    },
  );
  app.get(
    `${path}/:id`,
    entityRoute(
      { ...ofOne('read'), summary: `One of kind ${what}` },
      { params: idParams, response: { 200: row } },
    ),
    async (request, reply) => await send(request, reply, found(request)),
  );
  app.patch(
    `${path}/:id`,
    entityRoute(
      {
        ...ofOne('update'),
        summary: `Change one of kind ${what}`,
        description:
          'A merge patch (RFC 7396). Secrets are written, never read; null takes one away. Other `hosts` of a secret take its `value` anew.',
        errors: ['no-if-match', 'changed-meanwhile', 'change-refused', 'owned-by-file'],
        bodyLimit: BODY_BYTES,
      },
      {
        params: idParams,
        querystring: validate,
        body: patchSchema(kind),
        response: { 200: row, 204: nothing },
      },
    ),
    async (request, reply) => {
      const { value, revision, ...ref } = readBefore(request);
      const patch = takenOf(ref, fieldsOf(request.body));
      const patched = mergePatch(value, patch) as Fields;
      const before = isToldElsewhere(kindOf(kind), patched, value) ? board.shown(kind, value) : value;
      return await take(
        request,
        reply,
        { ...ref, value: mergePatch(before, patch) as Fields, revision },
        200,
      );
    },
  );
  app.delete(
    `${path}/:id`,
    entityRoute(
      {
        ...ofOne('delete'),
        summary: `Remove one of kind ${what}`,
        errors: ['no-if-match', 'changed-meanwhile', 'still-used', 'owned-by-file'],
      },
      { params: idParams, querystring: validate, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const { revision, ...ref } = readBefore(request);
      return await take(request, reply, { ...ref, value: undefined, revision }, 204);
    },
  );
  app.get(
    `${path}/:id/used-by`,
    entityRoute(
      { ...ofOne('read'), summary: `Who uses one of kind ${what}` },
      { params: idParams, response: { 200: listOf(user) } },
    ),
    async (request) => {
      const users = await board.usedBy(found(request));
      return { items: request.scope.seesNumbers ? users : users.map(maskedUser), next: null };
    },
  );
  app.get(
    `${path}/:id/history`,
    entityRoute(
      { ...ofOne('read'), summary: `What one of kind ${what} was like, the newest first` },
      { params: idParams, querystring: pageQuery, response: { 200: listOf(state) } },
    ),
    async (request) => {
      const states = await board.history(found(request));
      return await pageOf(request as never, async (limit, after) => {
        const rest = after ? states.filter(({ revision }) => revision < Number(after[0])) : states;
        return rest.slice(0, limit).map((each) => ({
          item: stateOf(board, request.scope, kind, each),
          place: [String(each.revision)],
        }));
      });
    },
  );
  app.post(
    `${path}/:id/restore`,
    entityRoute(
      {
        ...ofOne('update'),
        summary: `Make one of kind ${what} what it was at a revision`,
        errors: ['no-if-match', 'changed-meanwhile', 'change-refused', 'owned-by-file'],
      },
      { params: idParams, querystring: validate, body: wanted, response: { 200: row, 204: nothing } },
    ),
    async (request, reply) => {
      const entity = readBefore(request);
      if (!Check(wanted, request.body)) throw new RequestError('bad-request', 'write { "revision": 2 }');
      const { revision } = request.body;
      const was = (await board.history(entity)).find((each) => each.revision === revision);
      if (!was?.value) throw new RequestError('not-found', `it had no revision ${revision}`);
      return await take(request, reply, { ...entity, value: was.value }, 200);
    },
  );
}

const right = (kind: KindName, action: EntityAction) =>
  ({ access: entityNeed(kind, action), tag: 'entities' }) as const;

/** Whose an entity is. A company is its own; of another's there is none. */
function homeOf(kind: KindName, scope: Scope, name: string): string {
  if (kindOf(kind).isShared) return SYSTEM_TENANT;
  if (kind !== 'tenant') return companyOf({ scope });
  if (!scope.includes(name)) throw new RequestError('not-found', `there is no company ${name}`);
  return name;
}

function fieldsOf(body: unknown): Fields {
  if (isFields(body)) return body;
  throw new RequestError('bad-request', 'the body must be an object');
}

/** What is to be taken of a body. Its name and company stay what they are. */
function takenOf({ kind, tenant, name }: EntityRef, { meta: _, ...fields }: Fields): Fields {
  const own: Fields = { [kindOf(kind).key]: name, tenant };
  for (const [field, value] of Object.entries(own))
    if (fields[field] !== undefined && fields[field] !== value)
      throw new RequestError('bad-request', `${field} stays ${String(value)}: make a new ${kind} instead`);
  return fields;
}

const isAt = ({ tenant, name }: EntityRef, [at, named]: readonly string[]) => tenant === at && name === named;

const isoOf = (ms: number) => new Date(ms).toISOString();

function shownTo({ seesNumbers }: Scope, board: EntityBoard, kind: KindName, value: Fields): Fields {
  return board.shown(kind, seesNumbers ? value : maskedEntity(kind, value));
}

function rowOf(
  board: EntityBoard,
  scope: Scope,
  { kind, value, file, revision }: EntityFound,
  changed?: Changed,
) {
  return {
    ...shownTo(scope, board, kind, value),
    meta: {
      kind,
      owner: file === undefined ? 'database' : 'file',
      file: file ?? null,
      revision,
      updatedAt: changed ? isoOf(changed.at) : null,
      by: changed?.by ?? null,
    },
  };
}

function stateOf(board: EntityBoard, scope: Scope, kind: KindName, { revision, at, by, value }: EntityState) {
  return { revision, at: isoOf(at), by, value: value ? shownTo(scope, board, kind, value) : null };
}
