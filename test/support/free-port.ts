import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** An UDP port of `host` that is free now; even, as RTP wants it (RFC 3550 11), with `even`. */
export async function freeUdpPort(host = '127.0.0.1', even = false): Promise<number> {
  for (;;) {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    await once(socket, 'close');
    if (!even || port % 2 === 0) return port;
  }
}
