/** The contract of SipEdge on real sockets: what bytes on a wire change. */
import { join } from 'node:path';
import { describeEdge } from '../../contract/edge/edge-suite.ts';
import { SocketWorld } from '../../contract/edge/socket-world.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/tls');
const tls = {
  certFile: join(FIXTURES, 'one.crt'),
  keyFile: join(FIXTURES, 'one.key'),
  caFile: join(FIXTURES, 'one.crt'),
};

describeEdge('embedded on UDP sockets', () => new SocketWorld('udp', '127.0.0.1'));
describeEdge('embedded on UDP sockets, IPv6', () => new SocketWorld('udp', '::1'));
describeEdge('embedded on TCP sockets', () => new SocketWorld('tcp', '127.0.0.1'));
describeEdge('embedded on TLS sockets', () => new SocketWorld('tls', '127.0.0.1', tls));
