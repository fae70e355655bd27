import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';
import { hostForUri } from '../message/index.ts';
import { isV6 } from './ip-version.ts';
import type { ListenOptions } from './listen-options.ts';
import type { TransportAddress } from './transport.ts';

const UNSPECIFIED = new Set(['0.0.0.0', '::']);

/** Whether the address stands for every interface. */
export function isUnspecified(address: string): boolean {
  return UNSPECIFIED.has(address);
}

/**
 * The address of this machine that a peer sees: that of the interface whose network the peer is in, else the first
 * one that leads outside. For listeners that are bound to every interface.
 */
function localAddressFor(peer: string): string {
  const family = isV6(peer) ? 'IPv6' : 'IPv4';
  const own = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => entry.family === family);
  const near = own.find(({ cidr }) => cidr !== null && contains(cidr, peer, family));
  const outside = own.find(({ internal, address }) => !internal && !address.startsWith('fe80'));
  return (near ?? outside ?? own[0])?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1');
}

/**
 * Of listeners that can all send to a peer the one on the network that it is in, or that leads outside: the address in our
 * Via and Contact is one that the peer can reach. Else one that is bound to every interface, else the first.
 */
export function nearestListener<Listener extends { readonly local: TransportAddress }>(
  listeners: readonly Listener[],
  peer: string,
): Listener | undefined {
  if (listeners.length < 2) return listeners[0];
  const own = localAddressFor(peer);
  return (
    listeners.find(({ local }) => local.address === own) ??
    listeners.find(({ local }) => isUnspecified(local.address)) ??
    listeners[0]
  );
}

function contains(cidr: string, peer: string, family: 'IPv4' | 'IPv6'): boolean {
  const [network = '', bits] = cidr.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family === 'IPv6' ? 'ipv6' : 'ipv4');
  return list.check(peer, family === 'IPv6' ? 'ipv6' : 'ipv4');
}

/** Writes the `host:port` that a listener's peers are told, and remembers it for listeners on every interface. */
export class SentBy {
  readonly #fixed: string | undefined;
  readonly #port: number;
  readonly #byPeer = new Map<string, string>();

  /** @param port the port as bound. */
  constructor({ host, advertise }: ListenOptions, port: number) {
    this.#port = advertise?.port ?? port;
    const own = advertise?.host ?? (isUnspecified(host) ? undefined : host);
    this.#fixed = own === undefined ? undefined : `${hostForUri(own)}:${this.#port}`;
  }

  /** `host:port` for the peer at that address. */
  for(peer: string): string {
    if (this.#fixed !== undefined) return this.#fixed;
    const known = this.#byPeer.get(peer);
    if (known !== undefined) return known;
    if (this.#byPeer.size >= 10_000) this.#byPeer.clear();
    const sentBy = `${hostForUri(localAddressFor(peer))}:${this.#port}`;
    this.#byPeer.set(peer, sentBy);
    return sentBy;
  }
}
