import { readFileSync } from 'node:fs';
import { connect, createServer, isIP, type Server, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, createServer as createTlsServer } from 'node:tls';
import { ConfigError } from '../../shared/errors.ts';
import { type TlsFiles, TlsIdentity } from '../../shared/tls-identity.ts';

/** Who connects over TLS must be done with its handshake by then. */
const HANDSHAKE_LIMIT_MS = 5000;

/** A server socket for connections of the drachtio protocol; not listening yet. */
export interface ProtocolListener {
  readonly server: Server;
  /** Reads the certificate again, for new connections. Throws ConfigError and keeps the old one when it is not good. */
  reload(): void;
}

/** Listens for connections of the drachtio protocol. Throws ConfigError when a certificate cannot be used. */
export function createListener(
  tls: TlsFiles | undefined,
  onSocket: (stream: Socket) => void,
): ProtocolListener {
  if (!tls) return { server: createServer(onSocket), reload: () => {} };
  const identity = new TlsIdentity(tls);
  const server = createTlsServer({ ...identity.options, handshakeTimeout: HANDSHAKE_LIMIT_MS }, onSocket);
  identity.onReload((options) => server.setSecureContext(options));
  return { server, reload: () => identity.reload() };
}

/** Connects; a certificate that is not of a trusted authority, or of another host, is an error of the stream. */
export function openStream(host: string, port: number, trust: Trust | undefined, onOpen: () => void): Socket {
  if (!trust) return connect({ host, port }, onOpen);
  // RFC 6066 3: an address is no server name.
  const name = isIP(host) === 0 ? { servername: host } : {};
  const ca = trust.ca ? { ca: trust.ca } : {};
  return connectTls({ host, port, minVersion: 'TLSv1.2', ...name, ...ca }, onOpen);
}

/** Whose certificates we take: the authority in a PEM file, or those of the system. */
export class Trust {
  readonly #file: string | undefined;
  #ca: Buffer | undefined;

  /** Throws ConfigError when the file cannot be read. */
  constructor(file: string | undefined) {
    this.#file = file;
    this.reload();
  }

  get ca(): Buffer | undefined {
    return this.#ca;
  }

  /** Reads the file again, for new connections. Throws ConfigError and keeps the old authority when it is not good. */
  reload(): void {
    const file = this.#file;
    if (file === undefined) return;
    try {
      const ca = readFileSync(file);
      createSecureContext({ ca });
      this.#ca = ca;
    } catch (cause) {
      throw new ConfigError(
        `cannot read ${file}`,
        { file },
        'check the path and who may read it; it must be PEM',
        {
          cause,
        },
      );
    }
  }
}
