/** The drachtio edge with several servers, with servers that come and go, and with servers that come to it. */
import { createSocket, type Socket } from 'node:dgram';
import { createRequire } from 'node:module';
import { afterEach, describe, expect, it } from 'vitest';
import { createDrachtioEdge } from '../../../src/edge/drachtio/create-drachtio-edge.ts';
import type { DrachtioEdge, DrachtioEdgeOptions } from '../../../src/edge/drachtio/drachtio-edge.ts';
import { createDrachtioServer } from '../../../src/edge/drachtio-server/create-drachtio-server.ts';
import type { DrachtioServer } from '../../../src/edge/drachtio-server/drachtio-server.ts';
import type { HandlerRule } from '../../../src/edge/drachtio-server/request-handlers.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { ClosedError, ConfigError } from '../../../src/shared/errors.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { answeringFar } from '../../contract/edge/drachtio-world.ts';
import { ALICE, BOB, Desk, place } from '../../contract/edge/edge-world.ts';
import { DrachtioClient } from '../../support/drachtio-client.ts';
import { PATIENT } from '../../support/edges.ts';
import { freeTcpPort } from '../../support/free-port.ts';
import { RequestHandler } from '../../support/request-handler.ts';
import { listeningApplication, type SrfApplication } from '../../support/srf-application.ts';
import { UdpParty } from '../../support/udp-party.ts';
import { until } from '../../support/until.ts';

/** What drachtio-srf writes its debug lines with; it brings no types. */
const debug = createRequire(import.meta.url)('debug') as {
  log: ((...words: unknown[]) => void) | undefined;
  enable(names: string): void;
  disable(): void;
};

const PARTS = { clock: systemClock, ids: systemIds, logger: silentLogger };
const HOST = '127.0.0.1';
const SECRET = 'the-secret-of-the-test';

describe('the drachtio edge', () => {
  const open: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  async function newServer(adminPort = 0, handlers: HandlerRule[] = []): Promise<DrachtioServer> {
    const listen = [{ transport: 'udp' as const, host: HOST, port: 0 }];
    const server = createDrachtioServer(
      { listen, admin: { host: HOST, port: adminPort }, secret: SECRET, handlers, admission: PATIENT },
      PARTS,
    );
    await server.start();
    open.push(server);
    return server;
  }

  async function newEdge(desk: Desk, options: DrachtioEdgeOptions): Promise<DrachtioEdge> {
    const { edge } = createDrachtioEdge({ admission: PATIENT, ...options }, PARTS);
    open.push(edge);
    await edge.start(desk);
    return edge;
  }

  async function newFar() {
    const far = await answeringFar();
    open.push(far.far);
    return far;
  }

  const at = ({ adminPort: port }: DrachtioServer) => ({ host: HOST, port, secret: SECRET });
  const uriOf = (server: DrachtioServer) => `sip:400@${HOST}:${server.addresses[0]!.port}`;

  it('a server that dies ends its calls with edge-lost; the others and new calls go on; it comes back', async () => {
    const [first, second] = [await newServer(), await newServer()];
    const desk = new Desk();
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    const edge = await newEdge(desk, { servers: [at(first), at(second)] });
    await until('both servers', () => edge.addresses.length === 2);
    const events: string[] = [];
    edge.events.on('serverLost', ({ server }) => events.push(`lost ${server}`));
    edge.events.on('serverRestored', ({ server }) => events.push(`restored ${server}`));
    const { far, farDesk, uri } = await newFar();

    // Two calls in and two that ring out, one of each on each server.
    const onFirst = place(far, uriOf(first));
    const onSecond = place(far, uriOf(second));
    await until('two calls', () => desk.calls.filter(({ state }) => state === 'confirmed').length === 2);
    farDesk.take = (leg) => leg.progress(180);
    const out = [place(edge, uri), place(edge, uri)];
    await until('both ring', () => out.every(({ log }) => log.events.length > 0));

    const { adminPort } = first;
    await first.close();
    open.splice(open.indexOf(first), 1);
    await until('the loss', () => events.length === 1);
    expect(desk.logs.map(({ ending }) => ending?.cause)).toEqual(['edge-lost', undefined]);
    expect(out.map(({ log }) => log.ending?.cause).filter(Boolean)).toEqual(['edge-lost']);
    expect(onSecond.leg.state).toBe('confirmed');
    expect(onFirst.leg.sipCallId).toBe(desk.calls[0]!.sipCallId);

    // New calls take the server that is left.
    farDesk.take = (leg) => void leg.answer(BOB).catch(() => {});
    for (let count = 0; count < 3; count++) {
      const { leg } = place(edge, uri);
      await until('an answer', () => leg.state === 'confirmed');
      leg.end({ cause: 'normal' });
    }
    const again = await newServer(adminPort);
    await until('it is back', () => events.length === 2);
    expect(events).toEqual([`lost ${HOST}:${adminPort}`, `restored ${HOST}:${adminPort}`]);
    const back = place(far, uriOf(again));
    await until('a call on it', () => back.leg.state === 'confirmed');
    expect(edge.counters).toEqual({ serverConnections: 3, serverLosses: 1 });
    for (const { leg } of [onSecond, back, ...out]) leg.end({ cause: 'normal' });
  });

  it('requests that wait are answered 503 when their server dies; drachtio-srf would wait for ever', async () => {
    const server = await newServer();
    const edge = await newEdge(new Desk(), { servers: [at(server)] });
    const { farDesk, uri } = await newFar();
    farDesk.onRequest = () => new Promise(() => {});
    const asked = edge.request({ method: 'OPTIONS', uri, from: { uri: 'sip:pbx@x' } });
    await until('it is sent', () => edge.counts.client === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close();
    expect((await asked).status).toBe(503);
    const { log } = place(edge, uri);
    await until('no server', () => log.ending);
    expect(log.ending).toEqual({ by: 'edge', cause: 'edge-lost', status: 503 });
  });

  it('a re-INVITE that nobody answers any more is over with its dialog; it has no limit in time after a 100', async () => {
    const server = await newServer();
    const edge = await newEdge(new Desk(), { servers: [at(server)] });
    const far = await UdpParty.open();
    open.push({ close: async () => far.close() });
    const port = server.addresses[0]!.port;
    const { leg, log } = place(edge, far.uri);
    far.answer(await far.request('INVITE'), 200, port, [], BOB);
    await until('the call', () => leg.state === 'confirmed');
    const offer = leg.reoffer(ALICE).catch((error: Error) => error);
    const reinvite = await until('the re-INVITE', () =>
      far.requests('INVITE').find(({ to }) => to.tag !== ''),
    );
    far.answer(reinvite, 100, port);
    leg.end({ cause: 'normal' });
    expect(await offer).toBeInstanceOf(ClosedError);
    far.answer(await far.request('BYE'), 200, port);
    await until('nothing is open', () => edge.counts.client === 0);
    expect(log.ending).toMatchObject({ by: 'local', cause: 'normal' });
  });

  it('a wrong secret stops the start', async () => {
    const server = await newServer();
    const { edge } = createDrachtioEdge({ servers: [{ ...at(server), secret: 'wrong' }] }, PARTS);
    await expect(edge.start(new Desk())).rejects.toBeInstanceOf(ConfigError);
  });

  it('no server stops the start, and is no mistake of the configuration: it may be starting, too', async () => {
    const clock = new ManualClock(0);
    const port = await freeTcpPort();
    const { edge } = createDrachtioEdge(
      { servers: [{ host: HOST, port, secret: SECRET }] },
      { ...PARTS, clock },
    );
    const started = edge.start(new Desk()).catch((error: Error) => error);
    await clock.advance(10_000);
    expect(await started).toMatchObject({ code: 'drachtio-none' });
    expect(clock.pending).toBe(0);
  });

  it('outbound mode: an application that ends the session of one call ends no other', async () => {
    const port = await freeTcpPort();
    const application = await listeningApplication(port, SECRET, (srf) =>
      srf.invite((request: SrfApplication, response: SrfApplication) => {
        if (request.uri.includes('busy')) response.send(486, () => srf.endSession(request));
        else srf.createUAS(request, response, { localSdp: BOB });
      }),
    );
    open.push(application);
    const handler = await RequestHandler.start(() => ({ action: 'route', data: { uri: `${HOST}:${port}` } }));
    open.push(handler);
    const server = await newServer(0, [{ methods: ['*'], url: handler.url }]);
    const { far } = await newFar();

    const talking = place(far, uriOf(server));
    await until('an answer', () => talking.leg.state === 'confirmed');
    const busy = place(far, uriOf(server).replace('400', 'busy'));
    await until('the refusal', () => busy.log.ending?.status === 486);
    // Nobody listens for it: srf answers 404 and ends the session by itself.
    const message = { method: 'MESSAGE', uri: uriOf(server), from: { uri: 'sip:a@b' }, body: 'x' };
    expect(await far.request({ ...message, contentType: 'text/plain' })).toMatchObject({ status: 404 });
    await until('both connections are closed', () => server.counts.clients === 1);
    expect(talking.leg.state).toBe('confirmed');
    talking.leg.end({ cause: 'normal' });
  });

  it('outbound mode: a stranger is told nothing', async () => {
    const listen = { host: HOST, port: 0, from: ['10.0.0.0/8'], secret: SECRET };
    const edge = await newEdge(new Desk(), { servers: [], listen });
    const stranger = await DrachtioClient.open(edge.listenPort!);
    await until('the connection is closed', () => stranger.closed);
    expect(stranger.frames).toEqual([]);
  });

  it('outbound mode: the server asks where a call goes, and connects to the PBX', async () => {
    const desk = new Desk();
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    const port = await freeTcpPort();
    const edge = await newEdge(desk, {
      servers: [],
      listen: { host: HOST, port, from: [HOST], secret: SECRET },
    });
    const handler = await RequestHandler.start((asked) =>
      asked.get('uriUser') === '400'
        ? { action: 'route', data: { uri: `${HOST}:${port}` } }
        : { action: 'reject', data: { status: 404 } },
    );
    open.push(handler);
    const server = await newServer(0, [{ methods: ['INVITE'], url: handler.url }]);
    const { far } = await newFar();

    for (let count = 0; count < 2; count++) {
      const { leg, log } = place(far, uriOf(server));
      await until('an answer', () => leg.state === 'confirmed');
      leg.end({ cause: 'normal' });
      await until('the BYE', () => desk.logs[count]?.ending);
      expect(log.events).toEqual([`answered ${BOB}`, 'ended local normal']);
    }
    expect(Object.fromEntries(handler.asked[0]!)).toMatchObject({
      method: 'INVITE',
      uriUser: '400',
      protocol: 'udp',
    });
    expect(edge.counters.serverConnections, 'one for each call').toBe(2);
    const other = place(far, uriOf(server).replace('400', '401'));
    await until('the refusal', () => other.log.ending);
    expect(other.log.ending).toMatchObject({ status: 404 });
    // The PBX can call over the server that came to it.
    const { farDesk, uri } = await newFar();
    const call = place(edge, uri);
    await until('its answer', () => call.leg.state === 'confirmed');
    expect(farDesk.calls).toHaveLength(1);
    call.leg.end({ cause: 'normal' });
  });

  it('a CANCEL finds its INVITE although another one has the same Call-ID', async () => {
    const server = await newServer();
    const desk = new Desk();
    desk.take = (leg) => leg.progress(180);
    await newEdge(desk, { servers: [at(server)] });
    const phone = createSocket('udp4');
    await new Promise<void>((done) => phone.bind(0, HOST, done));
    open.push({ close: () => new Promise<void>((done) => phone.close(() => done())) });
    const send = (method: string, branch: string) =>
      sendRequest(phone, server.addresses[0]!.port, method, branch);
    send('INVITE', 'one');
    send('INVITE', 'two');
    await until('two calls', () => desk.calls.length === 2);
    send('CANCEL', 'one');
    await until('the first is cancelled', () => desk.logs[0]!.ending);
    expect([desk.logs[0]!.ending?.cause, desk.logs[1]!.ending]).toEqual(['cancelled', undefined]);
    send('CANCEL', 'two');
    await until('the second is cancelled', () => desk.logs[1]!.ending);
  });

  it('an INVITE without Contact does not upset it', async () => {
    const server = await newServer();
    const desk = new Desk();
    const edge = await newEdge(desk, { servers: [at(server)] });
    const phone = createSocket('udp4');
    await new Promise<void>((done) => phone.bind(0, HOST, done));
    open.push({ close: () => new Promise<void>((done) => phone.close(() => done())) });
    const answers: string[] = [];
    phone.on('message', (bytes) => answers.push(bytes.toString()));
    sendRequest(phone, server.addresses[0]!.port, 'INVITE', 'none', '');
    await until(
      'an answer',
      () => answers.some((answer) => !answer.startsWith('SIP/2.0 100')) || desk.calls.length,
    );
    for (const leg of desk.calls) leg.end({ cause: 'busy' });
    await until('nothing open', () => edge.counts.legs === 0 && edge.counts.server === 0);
  });

  it('never shows a secret or a password in the debug lines of drachtio-srf', async () => {
    const lines: string[] = [];
    const log = debug.log;
    debug.log = (...words: unknown[]) => void lines.push(words.join(' '));
    debug.enable('drachtio:*');
    try {
      const server = await newServer();
      const edge = await newEdge(new Desk(), { servers: [at(server)] });
      const { farDesk, uri } = await newFar();
      farDesk.onRequest = () => ({ status: 200 });
      const credentials = { username: 'pbx', password: 'the-password-of-the-carrier' };
      const request = { method: 'REGISTER', uri, from: { uri: 'sip:pbx@x' }, credentials };
      expect((await edge.request(request)).status).toBe(200);
    } finally {
      debug.disable();
      debug.log = log;
    }
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.join('\n')).not.toContain(SECRET);
    expect(lines.join('\n')).not.toContain('the-password-of-the-carrier');
  });
});

function sendRequest(
  phone: Socket,
  port: number,
  method: string,
  branch: string,
  contact = `Contact: <sip:phone@${HOST}:${phone.address().port}>\r\n`,
): void {
  const own = phone.address().port;
  const body = method === 'INVITE' ? ALICE : '';
  const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
  const text = `${method} sip:400@${HOST}:${port} SIP/2.0\r\nVia: SIP/2.0/UDP ${HOST}:${own};branch=z9hG4bK${branch};rport\r\nMax-Forwards: 70\r\nFrom: <sip:phone@x>;tag=${branch}\r\nTo: <sip:400@x>\r\nCall-ID: the-same\r\nCSeq: 1 ${method}\r\n${contact}${type}Content-Length: ${body.length}\r\n\r\n${body}`;
  phone.send(text, port, HOST);
}
