import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError } from '../../../../src/shared/errors.ts';
import { Answerer, client, host, OPTIONS } from './answerer.ts';

describe('UDP', () => {
  it.each(['127.0.0.1', '::1'])('receives and answers on %s', async (address) => {
    const answerer = await host('udp', {}, undefined, undefined, address);
    const { port } = answerer.address('udp');
    const socket = createSocket(address === '::1' ? 'udp6' : 'udp4');
    onTestFinished(() => void socket.close());
    // keep-alives are no messages; only STUN has an answer of its own (RFC 5626 4.4.2)
    socket.send('\r\n\r\n', port, address);
    socket.send('\0', port, address);
    socket.send(Buffer.from('000100002112a442000000000000000000000000', 'hex'), port, address);
    const [stun] = await once(socket, 'message');
    expect(stun.subarray(0, 2)).toEqual(Buffer.from([1, 1]));
    socket.send(OPTIONS, port, address);
    const [answer] = await once(socket, 'message');
    expect(String(answer)).toContain(`rport=${socket.address().port};received=${address}`);
    expect(answerer.received).toHaveLength(1);
    expect(answerer.transports.counters).toMatchObject({ received: 1, ignored: 3, sent: 1, failed: 0 });
    expect(answerer.tapped).toEqual([String(answer)]);
    const { flow } = answerer.received[0]!;
    expect(flow).toMatchObject({
      reliable: false,
      open: true,
      remote: { address, port: socket.address().port },
    });
    expect(flow.sentBy).toBe(address === '::1' ? `[::1]:${port}` : `127.0.0.1:${port}`);
    expect(answerer.transports.flowById(flow.id)).toBe(flow);
    expect(answerer.transports.flowTo(flow.remote)).toBe(flow);
  });

  it('takes 60 kB', async () => {
    const answerer = await host('udp');
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.send(
      OPTIONS.replace('\r\n\r\n', `\r\nX: ${'x'.repeat(60_000)}\r\n\r\n`),
      answerer.address('udp').port,
    );
    await answerer.until(() => answerer.received.length === 1);
    expect(answerer.received[0]?.message.get('X')).toHaveLength(60_000);
  });

  it('tells peers the advertised address, or the one of the interface', async () => {
    const natted = await host('udp', {}, undefined, { host: '203.0.113.7', port: 5099 });
    expect(natted.transports.flowTo({ transport: 'udp', address: '127.0.0.9', port: 1 })?.sentBy).toBe(
      '203.0.113.7:5099',
    );
    const every = await host('udp', {}, undefined, undefined, '0.0.0.0');
    expect(every.transports.flowTo({ transport: 'udp', address: '127.0.0.9', port: 1 })?.sentBy).toBe(
      `127.0.0.1:${every.address('udp').port}`,
    );
  });

  it('sends from the listener that is asked for', async () => {
    const answerer = new Answerer([
      { transport: 'udp', host: '127.0.0.1', port: 0 },
      { transport: 'udp', host: '127.0.0.2', port: 0 },
    ]);
    onTestFinished(() => answerer.transports.close());
    await answerer.open();
    const [first, second] = answerer.transports.addresses;
    const target = { transport: 'udp', address: '127.0.0.1', port: 9 } as const;
    expect(answerer.transports.flowTo(target)?.local).toEqual(first);
    expect(answerer.transports.flowTo(target, second)?.local).toEqual(second);
    expect(answerer.transports.flowTo({ ...target, address: '::1' })).toBeUndefined();
    expect(answerer.transports.flowTo({ ...target, transport: 'tcp' })).toBeUndefined();
  });

  it('reports a message that cannot be sent', async () => {
    const answerer = await host('udp');
    const flow = answerer.transports.flowTo({ transport: 'udp', address: '127.0.0.1', port: 9 })!;
    // EMSGSIZE
    const error = await new Promise((resolve) => flow.send(Buffer.alloc(70_000), { onSendError: resolve }));
    expect(error).toBeInstanceOf(Error);
    await answerer.transports.close();
    expect(flow.open).toBe(false);
    await expect(new Promise((resolve) => flow.send('x', { onSendError: resolve }))).resolves.toBeInstanceOf(
      Error,
    );
  });

  it('refuses a port that is taken, and then nothing is open', async () => {
    const first = await host('udp');
    const { port } = first.address('udp');
    const second = new Answerer([
      { transport: 'tcp', host: '127.0.0.1', port: 0 },
      { transport: 'udp', host: '127.0.0.1', port },
    ]);
    await expect(second.open()).rejects.toThrow(ConfigError);
    expect(second.transports.connections).toBe(0);
    const tcp = second.transports.addresses.find(({ transport }) => transport === 'tcp')!;
    await expect(client(tcp.port)).rejects.toThrow();
  });
});

it('a user that throws harms nobody', async () => {
  const answerer = await host('udp');
  answerer.onReceived = () => {
    if (answerer.received.length === 1) throw new Error('one of the message handlers is wrong');
  };
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  const { port } = answerer.address('udp');
  socket.send(OPTIONS, port);
  socket.send(OPTIONS, port);
  await once(socket, 'message');
  await answerer.until(() => answerer.received.length === 2);
});
