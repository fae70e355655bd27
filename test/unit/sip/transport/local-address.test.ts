import { expect, onTestFinished, test } from 'vitest';
import { nearestListener } from '../../../../src/sip/transport/local-address.ts';
import { Answerer } from './answerer.ts';

const on = (address: string) => ({ local: { transport: 'udp' as const, address, port: 5060 } });

test.each([
  ['the one on the network of the peer', ['127.0.0.2', '127.0.0.1', '0.0.0.0'], '127.0.0.1'],
  ['one on every interface when there is none', ['127.0.0.2', '0.0.0.0'], '0.0.0.0'],
  ['the first otherwise', ['127.0.0.3', '127.0.0.2'], '127.0.0.3'],
])('a peer is called from %s', (_title, listeners, nearest) => {
  expect(nearestListener(listeners.map(on), '127.0.0.9')?.local.address).toBe(nearest);
});

test.each(['udp', 'tcp'] as const)(
  'requests leave over %s from the network of the peer, or from where they are told to',
  async (transport) => {
    const listen = ['127.0.0.2', '127.0.0.1'].map((host) => ({ transport, host, port: 0 }));
    const { transports } = await new Answerer(listen).open();
    onTestFinished(() => transports.close());
    const target = { transport, address: '127.0.0.9', port: 9 };
    expect(transports.flowTo(target)?.sentBy).toMatch(/^127\.0\.0\.1:/);
    if (transport === 'tcp') return;
    const other = transports.addresses.find(({ address }) => address === '127.0.0.2')!;
    expect(transports.flowTo(target, other)?.sentBy).toMatch(/^127\.0\.0\.2:/);
    expect(transports.flowTo(target)?.sentBy, 'again').toMatch(/^127\.0\.0\.1:/);
  },
);
