/** RFC 3261 9.2 for requests whose application is still asked for. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createListener } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALICE } from '../../../contract/edge/edge-world.ts';
import { until } from '../../../support/until.ts';
import { ServerWorld } from './server-world.ts';

const FAST = { everyMs: 2 };
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

describe('a caller gives up while a request handler is asked', () => {
  let handler: Server;
  let world: ServerWorld;
  let asked: ServerResponse[];
  let withdrawn: number;

  beforeEach(async () => {
    asked = [];
    withdrawn = 0;
    handler = createServer((_question, answer) => {
      asked.push(answer);
      answer.on('close', () => {
        if (!answer.writableFinished) withdrawn++;
      });
    });
    await new Promise<void>((done) => handler.listen(0, '127.0.0.1', done));
    world = await ServerWorld.open({
      handlers: [{ methods: ['INVITE'], url: `http://127.0.0.1:${portOf(handler)}/` }],
    });
    world.caller.request('INVITE', 'asked', { branch: 'z9hG4bKasked', body: ALICE });
    await world.pass(5);
    await until('the question', () => asked.length === 1, FAST);
  });

  afterEach(async () => {
    await world.close();
    handler.closeAllConnections();
    await new Promise((done) => handler.close(done));
  });

  async function cancel(): Promise<void> {
    world.caller.request('CANCEL', 'asked', { branch: 'z9hG4bKasked' });
    await world.pass(5);
    const statuses = world.caller.responses.map(({ cseq, status }) => `${status} ${cseq.method}`);
    expect(statuses).toEqual(['100 INVITE', '200 CANCEL', '487 INVITE']);
    expect(world.stops).toEqual(['network call-canceled']);
  }

  const route = (data: object) => asked[0]!.end(JSON.stringify({ action: 'route', data }));

  test('it gets 487, and the question is withdrawn', async () => {
    await cancel();
    expect(world.server.counts.requests).toBe(0);
    await until('the handler sees it', () => withdrawn === 1, FAST);
    await world.pass(6000);
    expect([world.caller.statuses.at(-1), world.stops.length]).toEqual([487, 1]);
  });

  test('an application that is being connected to does not get it', async () => {
    let connected = 0;
    const silent = createListener((stream) => {
      connected++;
      stream.on('error', () => {});
    });
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    route({ uri: `127.0.0.1:${portOf(silent)}` });
    await until('the connection', () => connected === 1, FAST);
    await cancel();
    expect(world.server.counts.requests).toBe(0);
    await world.pass(6000);
    expect([world.caller.statuses.at(-1), world.stops.length]).toEqual([487, 1]);
    silent.close();
  });
});
