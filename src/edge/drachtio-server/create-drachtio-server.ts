import type { TlsFiles } from '../../shared/tls-identity.ts';
import type { ListenOptions } from '../../sip/transport/index.ts';
import { createSocketStack } from '../user-agent/socket-stack.ts';
import { DrachtioServer, type DrachtioServerOptions, type DrachtioServerParts } from './drachtio-server.ts';

/** Where a server listens, and what an operator may choose. */
export interface DrachtioServerConfig extends DrachtioServerOptions {
  readonly listen: readonly ListenOptions[];
  /** Needed when something listens on TLS or WSS. */
  readonly tls?: TlsFiles;
}

/** A drachtio protocol server on real sockets; nothing is opened before its `start`. */
export function createDrachtioServer(
  config: DrachtioServerConfig,
  parts: Pick<DrachtioServerParts, 'clock' | 'ids' | 'logger'>,
): DrachtioServer {
  const { listen, tls, ...options } = config;
  const stack = createSocketStack(listen, tls, parts);
  const reloadSipTls = () => stack.transports.reloadTls();
  return new DrachtioServer({ ...parts, ...stack, reloadSipTls }, options);
}
