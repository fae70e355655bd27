import { readFileSync } from 'node:fs';
import { connect, createServer, isIP, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { ConfigError } from '../../shared/errors.ts';
import { TlsIdentity } from '../../sip/transport/tls-identity.ts';

/** Our certificate and its key: PEM files. */
export interface ListenTls {
  readonly cert: string;
  readonly key: string;
}

/** Whom we trust; the system's authorities by default. */
export interface ConnectTls {
  readonly ca?: Buffer;
}

/** Who connects over TLS must be done with its handshake by then. */
const HANDSHAKE_LIMIT_MS = 5000;

/** Listens for connections of the drachtio protocol. Throws ConfigError when a certificate cannot be used. */
export function createListener(tls: ListenTls | undefined, onSocket: (stream: Socket) => void): Server {
  if (!tls) return createServer(onSocket);
  const { options } = new TlsIdentity({ certFile: tls.cert, keyFile: tls.key });
  return createTlsServer({ ...options, handshakeTimeout: HANDSHAKE_LIMIT_MS }, onSocket);
}

/** Connects; a certificate that is not of a trusted authority, or of another host, is an error of the stream. */
export function openStream(
  host: string,
  port: number,
  tls: ConnectTls | undefined,
  onOpen: () => void,
): Socket {
  if (!tls) return connect({ host, port }, onOpen);
  // RFC 6066 3: an address is no server name.
  const name = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port, minVersion: 'TLSv1.2', ...name, ...tls }, onOpen);
}

/** The authority in a PEM file. Throws ConfigError when it cannot be read. */
export function trustOf(file: string | undefined): ConnectTls {
  if (file === undefined) return {};
  try {
    return { ca: readFileSync(file) };
  } catch (cause) {
    throw new ConfigError(`cannot read ${file}`, { file }, 'check the path and who may read it', { cause });
  }
}
