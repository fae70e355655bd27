import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Auth } from '../../auth/auth.ts';
import { type CompanyRole, OPERATORS } from '../../auth/auth-store.ts';
import { PERMISSIONS, REACHES, ROLE_NAMES, ROLES, type RoleName } from '../../auth/rights.ts';
import { Scope } from '../../shared/scope.ts';
import { pageOfRows, pageQuery } from '../page.ts';
import { etagOf, requireMatch } from '../revision.ts';
import { idParams, listOf, nothing, orNull, route } from '../route.ts';

const text = Type.String({ minLength: 1, maxLength: 100 });
const title = Type.Object({ en: text, zh: text }, { additionalProperties: false });
const rights = Type.Array(
  Type.Object(
    {
      permission: Type.Enum([...PERMISSIONS]),
      reach: Type.Enum([...REACHES], {
        description: "how far it reaches; a company's own: `tenant` at most",
      }),
    },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: 500 },
);
const example = {
  name: 'team-lead',
  title: { en: 'Team lead', zh: '组长' },
  rights: [{ permission: 'call:read', reach: 'group' }],
};
const added = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$', description: 'unique in the company; stays' }),
    title,
    rights,
  },
  { additionalProperties: false, examples: [example] },
);
const changed = Type.Object(
  { title: Type.Optional(title), rights: Type.Optional(rights) },
  { additionalProperties: false, examples: [{ rights: example.rights }] },
);
const row = Type.Object(
  {
    name: Type.String(),
    title: Type.Object({ en: Type.String(), zh: Type.String() }),
    home: Type.String({ description: 'whose people may have it: installation, reseller, company' }),
    preset: Type.Boolean({ description: 'it comes with pbx400, and is not changed' }),
    tenant: orNull(Type.String({ description: 'whose own it is; null: a preset' })),
    rights: Type.Array(Type.Object({ permission: Type.String(), reach: Type.String() })),
    revision: orNull(Type.Integer({ description: 'its `ETag`; null: a preset' })),
  },
  { examples: [{ ...example, home: 'company', preset: false, tenant: 'demo', revision: 1 }] },
);
export type RoleRow = Static<typeof row>;

const right = (action: 'read' | 'create' | 'update' | 'delete') =>
  ({ access: { permission: `role:${action}`, reach: 'tenant' }, tag: 'users' }) as const;

/** Roles that users may have (角色): those that come with pbx400, and a company's own. */
export const roleRoutes: FastifyPluginCallbackTypebox<{ auth: Pick<Auth, 'roles'> }> = (
  app,
  { auth: { roles } },
  done,
) => {
  /** Who names no company means the installation. */
  const tenantOf = ({ scope }: FastifyRequest) => scope.tenantId ?? OPERATORS;
  const found = (request: FastifyRequest, name: string) => roles.get(tenantOf(request), name);
  const send = (reply: FastifyReply, role: CompanyRole) =>
    reply.header('etag', etagOf(role)).send(rowOf(role));

  app.get(
    '/roles',
    route(
      { ...right('read'), summary: "Roles that there are: presets, and the company's own" },
      { querystring: pageQuery, response: { 200: listOf(row) } },
    ),
    async (request) => {
      const own = await roles.list(Scope.of(tenantOf(request)));
      const all = [...ROLE_NAMES.map(presetRow), ...own.map(rowOf)];
      return await pageOfRows(request, all, ({ preset, name }) => [preset ? '0' : '1', name]);
    },
  );
  app.post(
    '/roles',
    route(
      {
        ...right('create'),
        summary: 'Make a role',
        description: 'It has at most the rights of who makes it.',
        errors: ['exists', 'bad-role', 'too-many-roles'],
      },
      { body: added, response: { 201: row } },
    ),
    async (request, reply) => {
      const { name, ...fields } = request.body;
      const role = await roles.add(request.principal, tenantOf(request), name, fields);
      return send(reply.code(201), role);
    },
  );
  app.get(
    '/roles/:id',
    route({ ...right('read'), summary: 'A role, by its name' }, { params: idParams, response: { 200: row } }),
    async (request, reply) => {
      const { id } = request.params;
      if (ROLE_NAMES.includes(id as RoleName)) return presetRow(id as RoleName);
      return send(reply, await found(request, id));
    },
  );
  app.patch(
    '/roles/:id',
    route(
      {
        ...right('update'),
        summary: "Change a company's own role",
        description: 'Who has it has the new rights at once, also where he is signed in.',
        errors: ['no-if-match', 'changed-meanwhile', 'bad-role', 'preset-role'],
      },
      { params: idParams, body: changed, response: { 200: row } },
    ),
    async (request, reply) => {
      const role = await found(request, request.params.id);
      requireMatch(request, role);
      return send(reply, await roles.change(request.principal, role, request.body));
    },
  );
  app.delete(
    '/roles/:id',
    route(
      {
        ...right('delete'),
        summary: "Remove a company's own role that nobody has",
        errors: ['no-if-match', 'changed-meanwhile', 'preset-role', 'still-used'],
      },
      { params: idParams, response: { 204: nothing } },
    ),
    async (request, reply) => {
      const role = await found(request, request.params.id);
      requireMatch(request, role);
      await roles.remove(request.principal, role);
      return reply.code(204).send(null);
    },
  );
  done();
};

function presetRow(name: RoleName) {
  const { title, home, rights } = ROLES[name];
  return { name, title, home, preset: true, tenant: null, rights, revision: null };
}

function rowOf({ tenantId, name, title, rights, revision }: CompanyRole) {
  const home = tenantId === OPERATORS ? 'installation' : 'company';
  return { name, title, home, preset: false, tenant: tenantId, rights, revision };
}
