import { beforeEach, expect, it } from 'vitest';
import type { Auth } from '../../../src/auth/auth.ts';
import type { Session } from '../../../src/auth/auth-store.ts';
import type { UserWish } from '../../../src/auth/many-users.ts';
import { OPERATOR_TOKEN, type Principal } from '../../../src/auth/principal.ts';
import { type Reach, RightSet, rightsOf } from '../../../src/auth/rights.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { authOf, person } from '../../support/http.ts';

const ADMIN: Principal = { name: 'admin@a', tenantId: 'a', rights: rightsOf(['company-admin']) };

let store: MemoryStore;
let auth: Auth;
beforeEach(() => {
  store = new MemoryStore();
  auth = authOf(store, { agents: new Set(['8001', '8002']), departments: new Set(['sales', 'support']) });
});

const wish = (login: string, fields: UserWish['fields'] = {}): UserWish => {
  return { login, fields: { name: login, roles: ['agent'], ...fields } };
};
const noted = { id: 'c1', source: 'import', file: undefined, undoes: undefined } as const;

it('are of a company: those of the installation and of resellers are added one by one', () => {
  expect(() => auth.manyUsers.requireCompany('system')).toThrow(
    expect.objectContaining({ code: 'bad-request' }),
  );
  expect(() => auth.manyUsers.requireCompany('none')).toThrow(expect.objectContaining({ code: 'not-found' }));
  expect(auth.manyUsers.requireCompany('a')).toBeUndefined();
});

it('are given by who reaches some agents what reaches no others', async () => {
  const lead = (reach: Reach) => ({ permission: 'call:read', reach }) as const;
  const title = { en: 'Lead', zh: '组长' };
  await auth.roles.add(ADMIN, 'a', 'lead', { title, rights: [lead('group')] });
  await person(store, 'chief', { department: 'sales' });
  const user = (await store.auth.users.withLogin('a', 'chief'))!;
  const chief: Principal = {
    ...{ name: 'chief@a', tenantId: 'a', rights: new RightSet([lead('group')]) },
    person: { user, session: {} as Session },
  };
  const wishes = ['sales', 'support'].map((department) => wish(department, { roles: ['lead'], department }));
  const judged = await auth.manyUsers.judge(chief, 'a', wishes);
  expect(judged.map(({ flaws }) => flaws.map(({ code }) => code))).toEqual([[], ['forbidden']]);
});

it('are judged together: an agent is free when who has it goes or is another then', async () => {
  await person(store, 'mei', { agent: '8001' });
  await person(store, 'lin', { agent: '8002' });
  const agents = async (wishes: readonly UserWish[], leaving?: ReadonlySet<string>) =>
    (await auth.manyUsers.judge(ADMIN, 'a', wishes, leaving)).map(({ flaws }) => flaws.length);
  expect(await agents([wish('tao', { agent: '8001' })])).toEqual([1]);
  expect(await agents([wish('tao', { agent: '8001' })], new Set(['mei-a']))).toEqual([0]);
  const given = [wish('tao', { agent: '8001' }), { login: 'mei', fields: { agent: undefined } }];
  expect(await agents(given)).toEqual([0, 0]);
  const both = [wish('tao', { agent: '8001' }), wish('hua', { agent: '8001' })];
  expect(await agents(both, new Set(['mei-a']))).toEqual([0, 1]);
});

it('are taken while all are as they were judged only; who is shut out is signed out', async () => {
  await person(store, 'mei');
  const mei = (await store.auth.users.withLogin('a', 'mei'))!;
  const opened = await auth.sessions.open(mei, { address: '192.0.2.1', device: '' });
  const heard: string[] = [];
  auth.sessions.events.on('changed', ({ userId }) => void heard.push(userId));
  const wishes = [wish('tao'), { login: 'mei', fields: { isActive: false } }];
  const judged = await auth.manyUsers.judge(OPERATOR_TOKEN, 'a', wishes);
  const hashes = new Map([['tao', 'a hash']]);
  await auth.manyUsers.take(OPERATOR_TOKEN, 'a', { judged, hashes }, noted);
  expect(await auth.sessions.principalOf(opened.token)).toBeUndefined();
  expect([heard, await store.auth.users.withLogin('a', 'tao')]).toMatchObject([
    ['mei-a'],
    { password: 'a hash', mustChange: true, isActive: true },
  ]);
  await expect(
    auth.manyUsers.take(OPERATOR_TOKEN, 'a', { judged, hashes }, { ...noted, id: 'c2' }),
  ).rejects.toThrow(expect.objectContaining({ code: 'changed-meanwhile' }));
});
