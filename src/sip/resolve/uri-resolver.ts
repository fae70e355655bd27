import { isIP } from 'node:net';
import type { Logger } from '../../shared/logger.ts';
import type { TransportName } from '../../shared/transport-name.ts';
import { hostForSocket, type Uri } from '../message/index.ts';
import { isV6 } from '../transport/ip-version.ts';
import type { TransportAddress } from '../transport/transport.ts';
import type { Dns } from './dns.ts';
import { sortNaptr, sortSrv } from './record-order.ts';

/** More targets than anybody waits for. */
const MAX_TARGETS = 12;

const DEFAULT_PORT: Readonly<Record<TransportName, number>> = {
  udp: 5060,
  tcp: 5060,
  tls: 5061,
  ws: 80,
  wss: 443,
};

/** NAPTR services and SRV prefixes of the transports (RFC 3263 4.1, RFC 7118 for none). */
const BY_SERVICE: Readonly<Record<string, TransportName>> = {
  'SIP+D2U': 'udp',
  'SIP+D2T': 'tcp',
  'SIPS+D2T': 'tls',
};
const SRV_PREFIX: Readonly<Partial<Record<TransportName, string>>> = {
  udp: '_sip._udp',
  tcp: '_sip._tcp',
  tls: '_sips._tcp',
};

/** What a resolver asks, and what of the answers can be used. */
export interface UriResolverOptions {
  readonly dns: Dns;
  /** Transports that we can send over, best first. */
  readonly transports: readonly TransportName[];
  /** Address families that we can send to. */
  readonly families: readonly (4 | 6)[];
  /** Uniformly distributed in [0, 1): spreads calls over servers of equal priority (RFC 2782). */
  readonly random: () => number;
  readonly logger: Logger;
}

/** Where a server is looked for: a name with what is known of it. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly transport: TransportName;
}

/** Finds the addresses behind a URI (RFC 3263): NAPTR, SRV, A and AAAA. */
export class UriResolver {
  readonly #options: UriResolverOptions;

  constructor(options: UriResolverOptions) {
    this.#options = options;
  }

  /**
   * Where requests to `uri` go, best target first; the others are for when that one fails. At once when the host is
   * an address. Never rejects: a URI that leads nowhere gives `[]`.
   */
  resolve(uri: Uri): readonly TransportAddress[] | Promise<readonly TransportAddress[]> {
    const wanted = wantedTransport(uri);
    if (wanted === 'unknown') return [];
    const host = hostForSocket(uri.param('maddr') || uri.host);
    if (host === '') return [];
    if (isIP(host) !== 0) return this.#literal(host, uri, wanted);
    return this.#lookUp(host, uri, wanted);
  }

  #literal(address: string, uri: Uri, wanted: TransportName | undefined): readonly TransportAddress[] {
    // RFC 3263 4.1: an address without transport means UDP, with sips TLS
    const transport = wanted ?? (uri.kind === 'sips' ? 'tls' : 'udp');
    return this.#canSend(transport, address)
      ? [{ transport, address, port: uri.port ?? DEFAULT_PORT[transport] }]
      : [];
  }

  async #lookUp(
    host: string,
    uri: Uri,
    wanted: TransportName | undefined,
  ): Promise<readonly TransportAddress[]> {
    const places = await this.#places(host, uri, wanted);
    const targets: TransportAddress[] = [];
    for (const { host: name, port, transport } of places) {
      if (targets.length >= MAX_TARGETS) break;
      const addresses =
        isIP(name) !== 0 ? [name] : await this.#orNone(name, this.#options.dns.addresses(name));
      for (const address of addresses) {
        if (!this.#canSend(transport, address)) continue;
        // RFC 5922 4: the certificate is for the domain of the URI, not for the server that SRV named
        const isSecure = transport === 'tls' || transport === 'wss';
        targets.push({ transport, address, port, ...(isSecure && { serverName: host }) });
      }
    }
    return targets.slice(0, MAX_TARGETS);
  }

  async #places(host: string, uri: Uri, wanted: TransportName | undefined): Promise<readonly Place[]> {
    const fallback = wanted ?? (uri.kind === 'sips' ? 'tls' : 'udp');
    // RFC 3263 4.2: a port means that the host is one server
    if (uri.port !== undefined) return [{ host, port: uri.port, transport: fallback }];
    const places = wanted === undefined ? await this.#byNaptr(host, uri) : await this.#bySrv(host, [wanted]);
    return places.length > 0 ? places : [{ host, port: DEFAULT_PORT[fallback], transport: fallback }];
  }

  /** RFC 3263 4.1: NAPTR names transports and SRV records; without it SRV of every transport that we speak. */
  async #byNaptr(host: string, uri: Uri): Promise<readonly Place[]> {
    const { dns, transports } = this.#options;
    const usable = transports.filter((transport) => transport === 'tls' || uri.kind !== 'sips');
    const places: Place[] = [];
    for (const { service, replacement, flags } of sortNaptr(await this.#orNone(host, dns.naptr(host)))) {
      const transport = BY_SERVICE[service.toUpperCase()];
      if (!transport || !usable.includes(transport) || flags.toLowerCase() !== 's') continue;
      places.push(...(await this.#srv(replacement, transport)));
    }
    return places.length > 0 ? places : this.#bySrv(host, usable);
  }

  async #bySrv(host: string, transports: readonly TransportName[]): Promise<readonly Place[]> {
    const asked = transports.map((transport) => {
      const prefix = SRV_PREFIX[transport];
      return prefix ? this.#srv(`${prefix}.${host}`, transport) : [];
    });
    return (await Promise.all(asked)).flat();
  }

  async #srv(name: string, transport: TransportName): Promise<readonly Place[]> {
    const { dns, random } = this.#options;
    const records = sortSrv(await this.#orNone(name, dns.srv(name)), random);
    // RFC 2782: a target of "." says that the service is not there
    return records
      .filter((record) => record.name !== '.' && record.name !== '')
      .map((record) => ({ host: record.name, port: record.port, transport }));
  }

  /**
   * What cannot be asked is taken for missing: many resolvers of homes and containers refuse NAPTR and SRV although
   * they know the address, and one server's trouble must not hide the others.
   */
  async #orNone<T>(name: string, question: Promise<readonly T[]>): Promise<readonly T[]> {
    try {
      return await question;
    } catch (error) {
      this.#options.logger.warn({ err: error, name }, 'name server did not answer');
      return [];
    }
  }

  #canSend(transport: TransportName, address: string): boolean {
    const { transports, families } = this.#options;
    return transports.includes(transport) && families.includes(isV6(address) ? 6 : 4);
  }
}

/** The transport that the URI asks for, `undefined` when it leaves that open, `unknown` when nobody speaks it. */
function wantedTransport(uri: Uri): TransportName | undefined | 'unknown' {
  if (uri.kind !== 'sip' && uri.kind !== 'sips') return 'unknown';
  const isSecure = uri.kind === 'sips';
  switch (uri.transport) {
    case undefined:
      return undefined;
    case 'udp':
      return isSecure ? 'unknown' : 'udp';
    case 'tcp':
      // RFC 3261 26.2.2: sips over TCP is TLS
      return isSecure ? 'tls' : 'tcp';
    case 'tls':
      return 'tls';
    case 'ws':
      return isSecure ? 'wss' : 'ws';
    case 'wss':
      return 'wss';
    default:
      return 'unknown';
  }
}
