/** A request handler names a tag; the call goes to an application that authenticated with it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDrachtioEdge } from '../../../src/edge/drachtio/create-drachtio-edge.ts';
import { createDrachtioServer } from '../../../src/edge/drachtio-server/create-drachtio-server.ts';
import type { DrachtioServer } from '../../../src/edge/drachtio-server/drachtio-server.ts';
import type { EmbeddedEdge } from '../../../src/edge/embedded/embedded-edge.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { systemIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { socketEdge } from '../../contract/edge/drachtio-world.ts';
import { BOB, Desk, place } from '../../contract/edge/edge-world.ts';
import { PATIENT } from '../../support/edges.ts';
import { RequestHandler } from '../../support/request-handler.ts';
import { type SrfApplication as App, srfApplication } from '../../support/srf-application.ts';
import { until } from '../../support/until.ts';

const PARTS = { clock: systemClock, ids: systemIds, logger: silentLogger };
const HOST = '127.0.0.1';
const SECRET = 'cymru';

describe('routes by tag', () => {
  const open: { close(): unknown }[] = [];
  let server: DrachtioServer;
  let far: EmbeddedEdge;

  beforeEach(async () => {
    const handler = await RequestHandler.start((asked) => answerFor(asked.get('uriUser')!));
    open.push(handler);
    server = createDrachtioServer(
      {
        listen: [{ transport: 'udp', host: HOST, port: 0 }],
        admin: { host: HOST, port: 0 },
        secret: SECRET,
        handlers: [{ methods: ['INVITE'], url: handler.url }],
        admission: PATIENT,
      },
      PARTS,
    );
    await server.start();
    open.push(server);
    far = socketEdge();
    await far.start(new Desk());
    open.push(far);
  });

  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
    expect(server.counts).toMatchObject({ clients: 0, dialogs: 0, requests: 0 });
  });

  /** Callers dial the tag. */
  function answerFor(user: string): unknown {
    if (user === 'nothing') return null;
    if (user === 'no-port') return { action: 'route', data: { uri: `${HOST}:99999` } };
    return { action: 'route', data: { tag: user } };
  }

  /** A drachtio-srf application that counts calls and is busy. */
  async function app(tags: string[], method: 'invite' | 'message' = 'invite'): Promise<{ calls: number }> {
    const count = { calls: 0 };
    const address = { adminPort: server.adminPort, secret: SECRET, ...(tags.length > 0 ? { tags } : {}) };
    const srf = await srfApplication(address, (each) =>
      each[method]((_req: App, res: App) => {
        count.calls++;
        res.send(486);
      }),
    );
    open.push({ close: () => srf.disconnect() });
    return count;
  }

  async function statusOf(user: string): Promise<number | undefined> {
    const { log } = place(far, `sip:${user}@${HOST}:${server.addresses[0]!.port}`);
    await until('the end of the call', () => log.ending);
    return log.ending?.status;
  }

  it('in turn among drachtio-srf applications with the tag; others get nothing', async () => {
    const [first, other, second] = [await app(['vip', 'gold']), await app([]), await app(['vip'])];
    const deaf = await app(['vip', 'texts'], 'message');
    for (let count = 0; count < 4; count++) expect(await statusOf('vip')).toBe(486);
    expect([first.calls, second.calls]).toEqual([2, 2]);
    // Each tag has its own turn: gold calls between them do not favour anybody.
    for (let count = 0; count < 2; count++) {
      expect(await statusOf('gold')).toBe(486);
      expect(await statusOf('vip')).toBe(486);
    }
    expect([first.calls, second.calls]).toEqual([5, 3]);
    expect(await statusOf('silver'), 'nobody has it').toBe(480);
    expect(await statusOf('texts'), 'has the tag, but wants no calls').toBe(480);
    expect([other.calls, deaf.calls]).toEqual([0, 0]);
  });

  it('to a PBX on the drachtio edge, by a tag of its configuration', async () => {
    const other = await app(['other']);
    const desk = new Desk();
    desk.take = (leg) => void leg.answer(BOB).catch(() => {});
    const { edge } = createDrachtioEdge(
      {
        servers: [{ host: HOST, port: server.adminPort, secret: SECRET, tags: ['400', 'hotline'] }],
        admission: PATIENT,
      },
      PARTS,
    );
    open.push(edge);
    await edge.start(desk);
    for (let count = 0; count < 2; count++) {
      const { leg } = place(far, `sip:hotline@${HOST}:${server.addresses[0]!.port}`);
      await until('an answer', () => leg.state === 'confirmed');
      leg.end({ cause: 'normal' });
      await until('the BYE', () => desk.logs[count]?.ending);
    }
    expect(other.calls).toBe(0);
  });

  it('an answer that makes no sense refuses that call and harms nobody', async () => {
    const { calls } = await app(['vip']);
    expect(await statusOf('nothing')).toBe(503);
    expect(await statusOf('no-port')).toBe(500);
    expect(calls).toBe(0);
    expect(await statusOf('vip')).toBe(486);
  });
});
