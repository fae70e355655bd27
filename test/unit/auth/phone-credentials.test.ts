import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Auth } from '../../../src/auth/auth.ts';
import type { Principal } from '../../../src/auth/principal.ts';
import type { EdgeReply } from '../../../src/edge/edge.ts';
import { Scope } from '../../../src/shared/scope.ts';
import { edgeRequest } from '../../support/edge-request.ts';
import { authOf, person } from '../../support/http.ts';
import { RegistrarFixture } from '../registrar/registrar-fixture.ts';

const MINUTE_MS = 60_000;
const HERE = { address: '192.0.2.1', device: '' };
const code = (value: string) => expect.objectContaining({ code: value });

let fixture: RegistrarFixture;
let auth: Auth;
/** The extension at which agent 8001 sits. */
let seat: string;

beforeEach(async () => {
  fixture = new RegistrarFixture();
  await fixture.open();
  seat = '8001';
  auth = authOf(fixture.store, {
    clock: fixture.clock,
    companies: new Set(['demo']),
    agents: new Set(['8001']),
    phones: fixture.registrar.shortLived,
    organisation: { extensionOf: (_tenant, agent) => (agent === '8001' ? seat : undefined) },
  });
  await person(fixture.store, 'li', { tenantId: 'demo', roles: ['agent'], agent: '8001' });
});
afterEach(async () => {
  auth.close();
  await fixture.close();
});

const li = async () => (await fixture.store.auth.users.withLogin('demo', 'li'))!;
async function signedIn(): Promise<Principal> {
  const { token } = await auth.sessions.open(await li(), HERE);
  return (await auth.sessions.principalOf(token))!;
}
const DOMAIN = 'demo.pbx400.local';

/** REGISTER of a browser with what it was given. */
function register(
  { username, password }: { readonly username: string; readonly password: string },
  { user = '8001', ...headers }: Record<string, string> = {},
): Promise<EdgeReply> {
  const fields = { from: `<sip:${user}@${DOMAIN}>`, to: `<sip:${user}@${DOMAIN}>`, target: `sip:${DOMAIN}` };
  return fixture.register({ ...fields, user: username, password, headers });
}

/** Status of a refusal, which comes late. */
async function refused(reply: Promise<EdgeReply>): Promise<number> {
  await fixture.clock.advance(0);
  await fixture.clock.advance(5000);
  return (await reply).status;
}

describe("a browser phone's credential", () => {
  it('registers the extension of the agent, for as long as it lasts, and nothing else', async () => {
    const by = await signedIn();
    const given = auth.phoneCredentials.give(by);
    expect(given).toMatchObject({ extension: '8001', domain: DOMAIN });
    expect(given.endsAt).toBe(fixture.clock.now() + 15 * MINUTE_MS);
    const reply = await register(given, { Expires: '3600' });
    expect(reply).toMatchObject({ status: 200 });
    expect(reply.headers?.['Contact']).toEqual(['<sip:8001@10.0.0.7:5060>;expires=900']);
    expect((await register(given, { user: '8002' })).status).toBe(403);
    const base = { user: given.username, password: given.password, from: '<sip:8001@pbx400.local>' };
    expect(await refused(fixture.register(base)), 'in its own realm only').toBe(403);
    await fixture.clock.advance(given.endsAt - fixture.clock.now() - 1);
    expect(fixture.uris()).toHaveLength(1);
    await fixture.clock.advance(1);
    expect(fixture.uris()).toEqual([]);
    expect(await refused(register(given))).toBe(403);
  });

  it('calls as that extension', async () => {
    const given = auth.phoneCredentials.give(await signedIn());
    const invite = (user: string) =>
      fixture.authorised(
        { method: 'INVITE', from: `<sip:${user}@${DOMAIN}>`, user: given.username, password: given.password },
        (fields) => fixture.registrar.identify(edgeRequest(fields)),
      );
    expect(await invite('8001')).toEqual({ tenant: 'demo', extension: '8001' });
    expect(await invite('8002')).toMatchObject({ status: 403 });
  });

  it("leaves the extension's own password alone, and its phones where they are", async () => {
    const given = auth.phoneCredentials.give(await signedIn());
    await register(given, { Contact: '<sip:8001@10.0.0.9>' });
    expect((await fixture.register()).status).toBe(200);
    expect(await refused(fixture.register({ user: given.username, password: 'pw-8001' }))).toBe(403);
    await register(given, { Contact: '<sip:8001@10.0.0.8>' });
    await fixture.register({ headers: { Contact: '<sip:8001@10.0.0.8>' } });
    await auth.sessions.endOthers((await li()).id);
    await auth.phoneCredentials.check();
    expect(fixture.uris(), 'the last word on 10.0.0.8 was that of the password').toEqual([
      'sip:8001@10.0.0.8',
      'sip:8001@10.0.0.7:5060',
    ]);
  });

  it('is renewed while the session lasts, and ends with it', async () => {
    const by = await signedIn();
    const given = auth.phoneCredentials.give(by);
    await fixture.clock.advance(10 * MINUTE_MS);
    const endsAt = auth.phoneCredentials.renew(by, given.id);
    expect(endsAt).toBe(fixture.clock.now() + 15 * MINUTE_MS);
    await register(given, { Expires: '3600' });
    await fixture.clock.advance(14 * MINUTE_MS);
    expect(fixture.uris()).toHaveLength(1);
    await auth.signIn.signOut(by);
    await auth.phoneCredentials.check();
    expect(fixture.uris()).toEqual([]);
    expect(await refused(register(given))).toBe(403);
    expect(() => auth.phoneCredentials.renew(by, given.id)).toThrow(code('not-found'));
    expect(() => auth.phoneCredentials.end(by, given.id)).toThrow(code('not-found'));
  });

  it('never lasts longer than the session may', async () => {
    const by = await signedIn();
    const { endsAt } = by.person!.session;
    const late = { ...by.person!.session, seenAt: endsAt };
    await fixture.clock.advance(endsAt - fixture.clock.now() - MINUTE_MS);
    const given = auth.phoneCredentials.give({ ...by, person: { user: by.person!.user, session: late } });
    expect(given.endsAt).toBe(endsAt);
    expect(auth.phoneCredentials.renew(by, given.id)).toBe(endsAt);
  });

  it('ends when its user is shut out, is another agent, sits elsewhere or loses the right: also on another node', async () => {
    const store = fixture.store.auth.users;
    for (const [what, change] of [
      ['shut out', { isActive: false }],
      ['no agent', { agent: undefined }],
      ['no right', { roles: ['quality'] }],
    ] as const) {
      const given = auth.phoneCredentials.give(await signedIn());
      expect((await register(given)).status, what).toBe(200);
      const before = await li();
      // Another node has written it; this one hears of nothing.
      await store.change({ ...before, ...change, revision: before.revision + 1 });
      await fixture.clock.advance(5000);
      await auth.phoneCredentials.check();
      expect(fixture.uris(), what).toEqual([]);
      await store.change({ ...before, revision: before.revision + 2 });
    }
    const given = auth.phoneCredentials.give(await signedIn());
    await register(given);
    seat = '8002';
    await auth.phoneCredentials.check();
    expect(fixture.uris()).toEqual([]);
    expect(fixture.clock.pending, 'nothing looks while nothing is given').toBeLessThan(4);
  });

  it('is put away by who has it; a sixth ends the first', async () => {
    const by = await signedIn();
    const other = await signedIn();
    const given = auth.phoneCredentials.give(by);
    await register(given);
    expect(() => auth.phoneCredentials.end(other, given.id)).toThrow(code('not-found'));
    auth.phoneCredentials.end(by, given.id);
    expect(fixture.uris()).toEqual([]);
    const all = Array.from({ length: 6 }, () => auth.phoneCredentials.give(by));
    expect(() => auth.phoneCredentials.renew(by, all[0]!.id)).toThrow(code('not-found'));
    auth.phoneCredentials.renew(by, all[1]!.id);
  });

  it('is given to agents who have their own desk and password only', async () => {
    const user = await li();
    const principal = async (change: object) => {
      const session = await auth.sessions.open({ ...user, ...change }, HERE);
      await fixture.store.auth.users.change({ ...user, ...change, revision: (await li()).revision + 1 });
      return (await auth.sessions.principalOf(session.token))!;
    };
    for (const change of [{ agent: undefined }, { agent: '8003' }, { roles: ['quality'] }]) {
      const by = await principal(change);
      expect(() => auth.phoneCredentials.give(by), JSON.stringify(change)).toThrow(code('forbidden'));
    }
    const fresh = await principal({ mustChange: true });
    expect(() => auth.phoneCredentials.give(fresh)).toThrow(code('must-change-password'));
    expect(JSON.stringify(await fixture.store.audit.newest(99, Scope.all))).not.toContain('web-');
  });
});
