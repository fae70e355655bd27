import { isIPv6 } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import type { IdSource } from '../../shared/ids.ts';
import type { Logger } from '../../shared/logger.ts';
import type { TlsFiles } from '../../shared/tls-identity.ts';
import { cachingDns, systemDns } from '../../sip/resolve/dns.ts';
import { UriResolver } from '../../sip/resolve/uri-resolver.ts';
import { type ListenOptions, SocketTransports, type StreamLimits } from '../../sip/transport/index.ts';
import type { WireTap } from '../../sip/transport/wire-tap.ts';
import type { LoopLoad } from '../gate/admission.ts';
import { eventLoopBusyShare, threadCpuShare } from '../gate/busy-share.ts';

/** Sockets, names and load: what a user agent in this process stands on. */
export interface SocketStack extends LoopLoad {
  readonly transports: SocketTransports;
  readonly resolver: UriResolver;
}

/** Nothing is opened before `transports.open`. Throws ConfigError for bad TLS files. */
export function createSocketStack(
  listen: readonly ListenOptions[],
  tls: TlsFiles | undefined,
  parts: {
    readonly clock: Clock;
    readonly ids: IdSource;
    readonly logger: Logger;
    readonly tap?: WireTap | undefined;
  },
  limits: Partial<StreamLimits> = {},
): SocketStack {
  const { clock, ids, logger } = parts;
  const transports = new SocketTransports({ ...parts, listen, limits, ...(tls ? { tls } : {}) });
  const resolver = new UriResolver({
    dns: cachingDns(systemDns(clock), clock),
    // We connect only in the name of a listener (its address stands in Via), so what listens is what can be reached.
    transports: [...new Set(listen.map(({ transport }) => transport))],
    families: [...new Set(listen.map(({ host }) => (isIPv6(host) ? 6 : 4)))],
    random: () => ids.random(),
    logger,
  });
  return { transports, resolver, busyShare: eventLoopBusyShare(), cpuShare: threadCpuShare() };
}
