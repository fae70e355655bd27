import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Answerer, client, host, OPTIONS, readUntil } from './answerer.ts';

describe('TCP', () => {
  it('receives several messages in pieces, answers pings, reuses the connection', async () => {
    const answerer = await host('tcp');
    const socket = await client(answerer.address('tcp').port);
    const answers = readUntil(socket, '\r\n\r\n\r\n');
    socket.write(OPTIONS.slice(0, 50));
    socket.write(`${OPTIONS.slice(50)}${OPTIONS}\r\n\r\n`);
    const text = await answers;
    expect(text.match(/SIP\/2\.0 200/g)).toHaveLength(2);
    expect(answerer.tapped).toHaveLength(2);
    const { flow } = answerer.received[0]!;
    expect(flow).toMatchObject({
      reliable: true,
      open: true,
      remote: { address: '127.0.0.1', port: socket.localPort },
    });
    expect(answerer.transports.flowTo(flow.remote)).toBe(flow);
    expect(answerer.transports.flowById(flow.id)).toBe(flow);
    socket.destroy();
    await answerer.until(() => answerer.closed.length === 1);
    expect(flow.open).toBe(false);
    expect(answerer.transports.connections).toBe(0);
    expect(answerer.clock.pending).toBe(0);
  });

  it('connects, and waits with messages until the connection stands', async () => {
    const [one, two] = [await host('tcp'), await host('tcp')];
    const flow = one.transports.flowTo(two.address('tcp'))!;
    expect(one.transports.flowTo(two.address('tcp'))).toBe(flow);
    flow.send(OPTIONS);
    await one.until(() => one.received.length === 1);
    expect(one.received[0]?.flow).toBe(flow);
    expect(one.received[0]?.message).toMatchObject({ status: 200 });
  });

  it('reports every message that waits when the connection fails', async () => {
    const spare = createTcpServer().listen(0, '127.0.0.1');
    await once(spare, 'listening');
    const { port } = spare.address() as { port: number };
    await new Promise((resolve) => spare.close(resolve));
    const answerer = await host('tcp');
    const flow = answerer.transports.flowTo({ transport: 'tcp', address: '127.0.0.1', port })!;
    const failed = [1, 2].map(
      () => new Promise<Error>((resolve) => flow.send(OPTIONS, { onSendError: resolve })),
    );
    expect((await Promise.all(failed)).map((error) => (error as NodeJS.ErrnoException).code)).toEqual([
      'ECONNREFUSED',
      'ECONNREFUSED',
    ]);
    expect(answerer.transports.flowTo({ transport: 'tcp', address: '127.0.0.1', port })).not.toBe(flow);
  });

  it('says 400 to a stream without Content-Length, and closes', async () => {
    const answerer = await host('tcp');
    const socket = await client(answerer.address('tcp').port);
    const answer = readUntil(socket, '\r\n\r\n');
    socket.write(OPTIONS.replace('Content-Length: 0\r\n', ''));
    expect(await answer).toMatch(/^SIP\/2\.0 400 Bad Request - Missing or Malformed Content-Length\r\n/);
    socket.resume();
    await once(socket, 'close');
    expect(answerer.received).toEqual([]);
  });

  it.each([
    ['that says nothing', '', { firstMessageMs: 5000 }],
    ['that only pings', '\r\n\r\n', { firstMessageMs: 5000 }],
    ['that never ends its message', `${OPTIONS}${OPTIONS.slice(0, 40)}`, { messageMs: 5000 }],
    ['that is idle', OPTIONS, { idleMs: 5000 }],
  ])('cuts a connection %s', async (_what, text, limits) => {
    const answerer = await host('tcp', limits);
    const socket = await client(answerer.address('tcp').port);
    const mark = text.startsWith('OPTIONS') ? '200' : '\r\n';
    const read = readUntil(socket, mark);
    socket.write(text);
    if (text !== '') await read;
    else await untilConnected(answerer);
    await answerer.clock.advance(4000);
    expect(socket.destroyed || answerer.closed.length > 0).toBe(false);
    await answerer.clock.advance(2000);
    await answerer.until(() => answerer.closed.length === 1);
    expect(answerer.transports.counters.limited).toBe(1);
  });

  it('limits connections of one address, and bytes for a peer that does not read', async () => {
    const answerer = await host('tcp', { maxConnectionsPerAddress: 1, maxQueuedBytes: 100_000 });
    const { port } = answerer.address('tcp');
    const first = await client(port);
    first.write(OPTIONS);
    await answerer.until(() => answerer.received.length === 1);
    const second = await client(port);
    await once(second, 'close');
    first.pause();
    const { flow } = answerer.received[0]!;
    for (let count = 0; count < 200 && flow.open && answerer.transports.counters.limited < 2; count++)
      flow.send('x'.repeat(60_000));
    await answerer.until(() => answerer.closed.length === 1);
    expect(flow.open).toBe(false);
  });

  it('closes although a peer does not read what is queued for it', async () => {
    const answerer = await host('tcp', { maxQueuedBytes: 100_000_000 });
    const socket = await client(answerer.address('tcp').port);
    socket.write(OPTIONS);
    await answerer.until(() => answerer.received.length === 1);
    // More than the kernel takes.
    answerer.received[0]!.flow.send('x'.repeat(40_000_000));
    const closed = answerer.transports.close();
    await answerer.clock.advance(4000);
    await closed;
    expect([answerer.transports.connections, answerer.clock.pending]).toEqual([0, 0]);
  });

  async function untilConnected(answerer: Answerer): Promise<void> {
    while (answerer.transports.connections === 0) await new Promise((resolve) => setImmediate(resolve));
  }
});
