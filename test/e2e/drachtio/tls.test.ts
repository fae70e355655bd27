/** The drachtio protocol over TLS, both ways: we connect to the server, and the server connects to us. */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import Srf from 'drachtio-srf';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDrachtioEdge } from '../../../src/edge/drachtio/create-drachtio-edge.ts';
import type { DrachtioEdge, DrachtioEdgeOptions } from '../../../src/edge/drachtio/drachtio-edge.ts';
import {
  createDrachtioServer,
  type DrachtioServerConfig,
} from '../../../src/edge/drachtio-server/create-drachtio-server.ts';
import type { DrachtioServer } from '../../../src/edge/drachtio-server/drachtio-server.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { TlsFiles } from '../../../src/shared/tls-identity.ts';
import { socketEdge } from '../../contract/edge/drachtio-world.ts';
import { BOB, Desk, place } from '../../contract/edge/edge-world.ts';
import { PATIENT } from '../../support/edges.ts';
import { freeTcpPort } from '../../support/free-port.ts';
import { RequestHandler } from '../../support/request-handler.ts';
import { type SrfApplication as App, srfApplication } from '../../support/srf-application.ts';
import { until } from '../../support/until.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const PARTS = { clock: systemClock, ids: systemIds, logger: silentLogger };
const HOST = '127.0.0.1';
const SECRET = 'cymru';

describe.skipIf(!hasOpenssl)('the drachtio protocol over TLS (openssl makes the certificates)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-drachtio-tls-'));
  const own = { certFile: join(folder, 'own.pem'), keyFile: join(folder, 'own.keyFile') };
  const strange = { certFile: join(folder, 'strange.pem'), keyFile: join(folder, 'strange.key') };
  const open: { close(): unknown }[] = [];

  function newCertificate({ certFile, keyFile }: TlsFiles): void {
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    args.push('-days', '1', '-subj', '/CN=edge', '-addext', `subjectAltName=IP:${HOST}`);
    execFileSync('openssl', [...args, '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
  }

  beforeAll(() => {
    for (const files of [own, strange]) newCertificate(files);
  });
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function newServer(more: Partial<DrachtioServerConfig> = {}): Promise<DrachtioServer> {
    const listen = [{ transport: 'udp' as const, host: HOST, port: 0 }];
    const server = createDrachtioServer(
      { listen, admin: { host: HOST, port: 0, tls: own }, secret: SECRET, admission: PATIENT, ...more },
      PARTS,
    );
    await server.start();
    open.push(server);
    return server;
  }

  function newEdge(options: DrachtioEdgeOptions): { edge: DrachtioEdge; desk: Desk } {
    const desk = new Desk();
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    const { edge } = createDrachtioEdge({ admission: PATIENT, ...options }, PARTS);
    open.push(edge);
    return { edge, desk };
  }

  /** Calls the server; resolves with the status that ends the call, 200 when it is answered and hung up. */
  async function call(server: DrachtioServer): Promise<number | undefined> {
    const far = socketEdge();
    await far.start(new Desk());
    try {
      const { leg, log } = place(far, `sip:400@${HOST}:${server.addresses[0]!.port}`);
      await until('an answer', () => leg.state === 'confirmed' || log.ending);
      if (log.ending) return log.ending.status;
      leg.end({ cause: 'normal' });
      await until('the BYE is answered', () => server.counts.dialogs === 0);
      return 200;
    } finally {
      await far.close();
    }
  }

  /** Where everything is routed to. */
  async function handlersTo(port: number): Promise<DrachtioServerConfig['handlers']> {
    const uri = `${HOST}:${port};transport=tls`;
    const handler = await RequestHandler.start(() => ({ action: 'route', data: { uri } }));
    open.push(handler);
    return [{ methods: ['INVITE'], url: handler.url }];
  }

  const trusting = (port: number, ca: string) => ({
    servers: [{ host: HOST, port, secret: SECRET, tls: { ca } }],
  });

  it('the drachtio edge connects to our server, and calls go both ways', async () => {
    const server = await newServer();
    const { edge, desk } = newEdge(trusting(server.adminPort, own.certFile));
    await edge.start(desk);
    expect(await call(server)).toBe(200);
    const far = socketEdge();
    const farDesk = new Desk();
    farDesk.take = (leg) => void leg.answer(BOB).catch(() => {});
    await far.start(farDesk);
    open.push(far);
    const { leg } = place(edge, `sip:8001@${HOST}:${far.addresses[0]!.port}`);
    await until('an answer', () => leg.state === 'confirmed');
    leg.end({ cause: 'normal' });
    await until('the BYE', () => farDesk.logs[0]?.ending);
  });

  it('a server with a strange certificate stops the start at once', async () => {
    const server = await newServer({ admin: { host: HOST, port: 0, tls: strange } });
    const { edge, desk } = newEdge(trusting(server.adminPort, own.certFile));
    await expect(edge.start(desk)).rejects.toThrow(/127\.0\.0\.1:\d+: .*certificate/);
    await until('the server has nobody', () => server.counts.clients === 0);
  });

  it('says which file of an authority or a certificate cannot be read', async () => {
    const missing = join(folder, 'missing.pem');
    expect(() => newEdge(trusting(1, missing))).toThrow(`cannot read ${missing}`);
    const tls = { certFile: missing, keyFile: own.keyFile };
    await expect(newServer({ admin: { host: HOST, port: 0, tls } })).rejects.toThrow(missing);
    const { edge, desk } = newEdge({
      servers: [],
      listen: { host: HOST, port: 0, from: [HOST], secret: SECRET, tls },
    });
    await expect(edge.start(desk)).rejects.toThrow(missing);
  });

  it('a drachtio-srf application connects to our server', async () => {
    const server = await newServer();
    const tls = { ca: readFileSync(own.certFile) };
    const srf = await srfApplication({ adminPort: server.adminPort, secret: SECRET, tls }, (each) =>
      each.invite((_req: App, res: App) => res.send(486)),
    );
    open.push({ close: () => srf.disconnect() });
    expect(await call(server)).toBe(486);
  });

  it('our server connects to the drachtio edge (outbound mode)', async () => {
    const { edge, desk } = newEdge({
      servers: [],
      listen: { host: HOST, port: 0, from: [HOST], secret: SECRET, tls: own },
    });
    await edge.start(desk);
    const handlers = await handlersTo(edge.listenPort!);
    const server = await newServer({ handlers: handlers!, applicationCa: own.certFile });
    expect([await call(server), await call(server)]).toEqual([200, 200]);
    // Somebody who does not know the authority gives it no calls.
    const wary = await newServer({ handlers: handlers!, applicationCa: strange.certFile });
    expect(await call(wary)).toBe(503);
    expect(wary.counts).toMatchObject({ clients: 0, requests: 0 });
  });

  it('our server connects to a drachtio-srf application (outbound mode)', async () => {
    const port = await freeTcpPort();
    const srf: App = new Srf();
    srf.invite((_req: App, res: App) => res.send(486));
    const tls = { cert: readFileSync(own.certFile), key: readFileSync(own.keyFile) };
    const listening = new Promise<void>((done) => srf.on('listening', done));
    srf.listen({ host: HOST, port, secret: SECRET, tls });
    open.push({ close: () => srf.app.client.wp.close() });
    await listening;
    const server = await newServer({ handlers: (await handlersTo(port))!, applicationCa: own.certFile });
    expect(await call(server)).toBe(486);
  });

  it('a new certificate and a new authority count from the next connection on (SIGHUP)', async () => {
    const files = { certFile: join(folder, 'renewed.pem'), keyFile: join(folder, 'renewed.key') };
    newCertificate(files);
    const ca = join(folder, 'authority.pem');
    copyFileSync(files.certFile, ca);
    const server = await newServer({ admin: { host: HOST, port: 0, tls: files } });
    const desk = new Desk();
    const { edge, reloadTls } = createDrachtioEdge(trusting(server.adminPort, ca), PARTS);
    open.push(edge);
    await edge.start(desk);
    newCertificate(files);
    server.reloadTls();
    desk.take = (leg) => leg.end({ cause: 'busy' });
    expect(await call(server), 'what is connected stays').toBe(486);
    // A second PBX that trusts the old authority does not come in; after it has read the new one it does.
    const late = createDrachtioEdge(trusting(server.adminPort, ca), PARTS);
    open.push(late.edge);
    await expect(late.edge.start(new Desk())).rejects.toThrow(/certificate/);
    copyFileSync(files.certFile, ca);
    reloadTls();
    const again = newEdge(trusting(server.adminPort, ca));
    await again.edge.start(again.desk);
    await until('both are there', () => server.counts.clients === 2);
    // Files that are not good change nothing.
    writeFileSync(files.certFile, 'no certificate');
    expect(() => server.reloadTls()).toThrow(files.certFile);
    writeFileSync(ca, '');
    rmSync(ca);
    expect(() => reloadTls()).toThrow(ca);
    const still = newEdge(trusting(server.adminPort, own.certFile));
    await expect(still.edge.start(still.desk)).rejects.toThrow(/certificate/);
  });

  it('the edge that servers come to takes a new certificate as well', async () => {
    const files = { certFile: join(folder, 'listen.pem'), keyFile: join(folder, 'listen.key') };
    newCertificate(files);
    const options = {
      servers: [],
      listen: { host: HOST, port: 0, from: [HOST], secret: SECRET, tls: files },
    };
    const { edge, reloadTls } = createDrachtioEdge(options, PARTS);
    open.push(edge);
    await edge.start(new Desk());
    const before = await certificateOf(edge.listenPort!);
    newCertificate(files);
    reloadTls();
    expect(await certificateOf(edge.listenPort!)).not.toBe(before);
  });

  it('whoever does not speak TLS gets nothing and stops nobody', async () => {
    const server = await newServer();
    const plain = connect(server.adminPort, HOST);
    const gone = new Promise((done) => plain.once('close', done));
    plain.on('error', () => {});
    plain.write(`21#1|authenticate|${SECRET}|`);
    await gone;
    expect(server.counts.clients).toBe(0);
    const { edge, desk } = newEdge(trusting(server.adminPort, own.certFile));
    await edge.start(desk);
    expect(await call(server)).toBe(200);
  });
});

/** Fingerprint of who answers there. */
async function certificateOf(port: number): Promise<string> {
  const stream = connectTls({ host: HOST, port, rejectUnauthorized: false });
  await once(stream, 'secureConnect');
  const { fingerprint256 } = stream.getPeerCertificate();
  stream.destroy();
  return fingerprint256;
}
