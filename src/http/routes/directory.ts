import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { CONTACT_CATEGORIES } from '../../provisioning/kind/contact.ts';
import { DIRECTORY_KINDS, type DirectoryEntry, type Playable } from '../../workspace/directory.ts';
import { companyOf, orNull, route } from '../route.ts';

const text = (description?: string) => Type.String(description === undefined ? {} : { description });
const entry = Type.Object({
  kind: Type.Enum([...DIRECTORY_KINDS]),
  id: text('work number (工号), name of a queue or contact, else the number'),
  title: text(),
  number: orNull(text('what is dialled for it; null: a queue')),
  department: orNull(text()),
  category: orNull(Type.Enum([...CONTACT_CATEGORIES], { description: 'of a contact' })),
  note: orNull(text('what to know before the call')),
  state: orNull(text('of an agent')),
  isOpen: orNull(Type.Boolean({ description: 'of a queue with hours: whether they are open now' })),
  waiting: orNull(Type.Integer({ description: 'of a queue: callers in line' })),
  free: orNull(Type.Integer({ description: 'of a queue: agents who are ready' })),
  signedIn: orNull(Type.Integer({ description: 'of a queue: agents who are signed in' })),
});
const NOTHING = {
  ...{ number: null, department: null, category: null, note: null, state: null },
  ...{ isOpen: null, waiting: null, free: null, signedIn: null },
};
const directory = Type.Object(
  { items: Type.Array(entry) },
  {
    examples: [
      {
        items: [
          {
            ...NOTHING,
            kind: 'queue',
            id: 'sales',
            title: '销售',
            isOpen: true,
            waiting: 1,
            free: 0,
            signedIn: 2,
          },
          { ...NOTHING, kind: 'agent', id: '8001', title: '王芳', number: '8001', state: 'ready' },
          {
            ...NOTHING,
            kind: 'contact',
            id: 'fire',
            title: '消防救援',
            number: '119',
            category: 'emergency',
          },
        ],
      },
    ],
  },
);
export type DirectoryRow = Static<typeof entry>;

const playablePrompts = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        name: text('that `play` is told'),
        text: orNull(text('what is said, for people')),
      }),
    ),
  },
  { examples: [{ items: [{ name: 'price-list', text: '您好，我们的收费标准是……' }] }] },
);

/** Whom agents call and transfer to (通讯录), and what they play. */
export const directoryRoutes: FastifyPluginCallbackTypebox<{
  directory: (tenant: string) => readonly DirectoryEntry[];
  playable: (tenant: string) => readonly Playable[];
}> = (app, { directory: of, playable }, done) => {
  app.get(
    '/directory',
    route(
      {
        access: { permission: 'desk:update', reach: 'own' },
        tag: 'agents',
        summary: 'Whom agents call and transfer to, and how each stands now (通讯录)',
        description:
          'Colleagues with their states, queues with hours, waiting callers and free agents, hotlines, groups, phones at which no agent has his seat, and contacts, whose numbers are shown whole to every agent.',
      },
      { response: { 200: directory } },
    ),
    async (request) => ({ items: of(companyOf(request)).map(rowOf) }),
  );
  app.get(
    '/directory/playable',
    route(
      {
        access: { permission: 'desk:update', reach: 'own' },
        tag: 'agents',
        summary: 'What agents play to their customers in a talk (点播语音)',
        description: "The company's own prompts.",
      },
      { response: { 200: playablePrompts } },
    ),
    async (request) => ({
      items: playable(companyOf(request)).map(({ name, text: said }) => ({ name, text: said ?? null })),
    }),
  );
  done();
};

const rowOf = (each: DirectoryEntry): DirectoryRow => ({
  ...{ kind: each.kind, id: each.id, title: each.title, number: each.number ?? null },
  ...{ department: each.department ?? null, category: each.category ?? null, note: each.note ?? null },
  ...{ state: each.state ?? null, isOpen: each.isOpen ?? null, waiting: each.waiting ?? null },
  ...{ free: each.free ?? null, signedIn: each.signedIn ?? null },
});
export type PlayableRow = Static<typeof playablePrompts>['items'][number];
