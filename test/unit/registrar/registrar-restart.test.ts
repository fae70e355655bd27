import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PASSWORD_FILE } from '../../../src/registrar/accounts.ts';
import { Bindings } from '../../../src/registrar/bindings.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { edgeRequest } from '../../support/edge-request.ts';
import { RegistrarFixture } from './registrar-fixture.ts';

let fixture: RegistrarFixture;
beforeEach(async () => {
  fixture = new RegistrarFixture();
  await fixture.open();
});
afterEach(() => fixture.close());

describe('over a restart', () => {
  it('keeps contacts and drops what has expired or hung on a connection', async () => {
    await fixture.register();
    await fixture.register({ headers: { Contact: '<sip:8001@10.0.0.8>;expires=60' } });
    const web = { Contact: '<sip:x@abc.invalid;transport=ws>' };
    await fixture.register({ user: '8002', source: { transport: 'wss' }, flow: 'f', headers: web });
    await fixture.registrar.close();
    await fixture.clock.advance(60_000);
    await fixture.open();
    expect(fixture.uris()).toEqual(['sip:8001@10.0.0.7:5060']);
    expect(fixture.uris('8002')).toEqual([]);
    expect(await fixture.store.bindings.all()).toHaveLength(1);
    expect(
      await fixture.authorised({}, (fields) => fixture.registrar.handle(edgeRequest(fields))),
    ).toMatchObject({
      status: 200,
    });
  });

  it('saves a storm of registrations in pieces, and all of it', async () => {
    const { clock, store } = fixture;
    const counts: number[] = [];
    const { apply } = store.bindings;
    store.bindings.apply = (changed, removed) => {
      counts.push(changed.length);
      return apply.call(store.bindings, changed, removed);
    };
    const bindings = new Bindings(clock, store.bindings, silentLogger);
    const put = (index: number) =>
      bindings.put({
        tenantId: 'demo',
        aor: `sip:${index}@pbx400.local`,
        key: 'k',
        contact: `sip:${index}@10.0.0.1`,
        q: 1000,
        expiresAt: clock.now() + 600_000,
        callId: 'c',
        cseq: 1,
        path: [],
        source: 'udp:10.0.0.1:5060',
        userAgent: undefined,
        flow: undefined,
        since: undefined,
        outbound: false,
      });
    for (let index = 0; index < 1700; index++) put(index);
    await clock.advance(1060);
    expect(counts).toEqual([500, 500, 500]);
    for (let index = 0; index < 600; index++) put(index);
    await bindings.close();
    expect(counts).toEqual([500, 500, 500, 500, 300]);
    expect(await store.bindings.all()).toHaveLength(1700);
  });

  it('saves again what the store refused', async () => {
    const { clock, store } = fixture;
    const { apply } = store.bindings;
    store.bindings.apply = () => Promise.reject(new Error('disk full'));
    await fixture.register();
    await clock.advance(1000);
    store.bindings.apply = apply;
    await clock.advance(1000);
    expect(await store.bindings.all()).toHaveLength(1);
  });
});

describe('first start', () => {
  it('makes an account for an extension without a secret and tells the password once', async () => {
    await fixture.registrar.close();
    const yaml = 'tenants: { demo: {} }\nextensions: { 8001: { tenant: demo }, 8002: { tenant: demo } }';
    await fixture.open({ yaml, ids: systemIds });
    const file = join(fixture.dir, PASSWORD_FILE);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(lines.map(([user, , realm]) => [user, realm])).toEqual([
      ['8001', 'pbx400.local'],
      ['8002', 'pbx400.local'],
    ]);
    const password = lines[0]?.[1] ?? '';
    expect(password).toHaveLength(16);
    expect((await fixture.register({ password })).status).toBe(200);
    expect(JSON.stringify(await fixture.store.accounts.all())).not.toContain(password);
    await fixture.registrar.close();
    await fixture.open({ yaml, ids: systemIds });
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(2);
    expect((await fixture.register({ password })).status).toBe(200);
  });
});

describe('a connection that is gone', () => {
  const web = (host: string) => ({ Contact: `<sip:x@${host}.invalid;transport=ws>` });
  const over = (flow: string, host: string) =>
    fixture.register({ flow, source: { transport: 'wss' }, headers: web(host) });

  it('takes the browser phones on it along, a moment later', async () => {
    await over('flow-1', 'one');
    const told: string[] = [];
    fixture.registrar.events.on('unregistered', ({ extension }) => told.push(extension));
    fixture.registrar.flowClosed('flow-1');
    fixture.registrar.flowClosed('flow-of-nobody');
    await fixture.clock.advance(4000);
    expect(fixture.uris()).toHaveLength(1);
    await fixture.clock.advance(1000);
    expect(fixture.uris()).toEqual([]);
    expect(told).toEqual(['8001']);
  });

  it('is no news where the page is back on another one, or its phone is one of TCP, which is called anew', async () => {
    await over('flow-1', 'one');
    await fixture.register({ user: '8002', source: { transport: 'tcp' }, flow: 'flow-2' });
    const told: string[] = [];
    fixture.registrar.events.on('unregistered', ({ extension }) => told.push(extension));
    fixture.registrar.flowClosed('flow-1');
    fixture.registrar.flowClosed('flow-2');
    await over('flow-3', 'two');
    await fixture.clock.advance(6000);
    expect(fixture.uris()).toEqual(['sip:x@two.invalid;transport=ws']);
    expect(fixture.uris('8002')).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it('leaves a contact that was moved to another connection', async () => {
    await over('flow-1', 'one');
    fixture.registrar.flowClosed('flow-1');
    await over('flow-2', 'one');
    await fixture.clock.advance(6000);
    expect(fixture.uris()).toHaveLength(1);
  });
});
