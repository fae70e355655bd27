/**
 * The upper bound of what Node can do with these calls: a text rewrite of each message, without any state, check,
 * timer or record. Calls in on one socket go out to the line on another.
 * Usage: node bare-forwarder.ts LISTEN_PORT LINE_PORT
 */
import { createSocket } from 'node:dgram';

const [listenPort, linePort] = process.argv.slice(2).map(Number);
if (!listenPort || !linePort) throw new Error('usage: bare-forwarder.ts LISTEN_PORT LINE_PORT');
const HOST = '127.0.0.1';
const BUFFER_BYTES = 4 * 1024 * 1024;
const lookup = (
  _host: string,
  _options: unknown,
  done: (error: null, address: string, family: number) => void,
) => done(null, HOST, 4);

const caller = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, lookup: lookup as never });
const line = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, lookup: lookup as never });
let callerPort = 0;

/** Puts our own Via in the place of the first one; what stood there is kept in its branch parameter. */
function outward(text: string): string {
  const start = text.indexOf('Via: ');
  const end = text.indexOf('\r\n', start);
  const branch = text.slice(text.indexOf('branch=', start) + 7, end);
  const via = `Via: SIP/2.0/UDP ${HOST}:${line.address().port};branch=${branch}`;
  return `${text.slice(0, start)}${via}${text.slice(end)}`;
}

function inward(text: string): string {
  const start = text.indexOf('Via: ');
  const end = text.indexOf('\r\n', start);
  const branch = text.slice(text.indexOf('branch=', start) + 7, end);
  const back = `${text.slice(0, start)}Via: SIP/2.0/UDP ${HOST}:${callerPort};branch=${branch}${text.slice(end)}`;
  const contact = back.indexOf('Contact: ');
  if (contact < 0) return back;
  return `${back.slice(0, contact)}Contact: <sip:${HOST}:${listenPort}>${back.slice(back.indexOf('\r\n', contact))}`;
}

caller.on('message', (bytes, peer) => {
  callerPort = peer.port;
  const text = bytes.toString('latin1');
  if (text.startsWith('INVITE')) {
    const head = text.slice(text.indexOf('\r\n'), text.indexOf('\r\nContact:'));
    caller.send(
      Buffer.from(`SIP/2.0 100 Trying${head}\r\nContent-Length: 0\r\n\r\n`, 'latin1'),
      peer.port,
      HOST,
    );
  }
  line.send(Buffer.from(outward(text), 'latin1'), linePort, HOST);
});
line.on('message', (bytes) => {
  caller.send(Buffer.from(inward(bytes.toString('latin1')), 'latin1'), callerPort, HOST);
});
line.bind(0, HOST, () => caller.bind(listenPort, HOST, () => process.stdout.write('ready\n')));
process.on('SIGINT', () => process.exit(0));
