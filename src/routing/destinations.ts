import { isIP } from 'node:net';
import type { Arrival, PartyName } from '../call/arrival.ts';
import type { Destination, Directory, Resolved, RingRoute } from '../call/destination.ts';
import type { Config } from '../config/config.ts';
import { escapeUser, hostForSocket, parseUri } from '../sip/message/index.ts';
import type { Trunks } from '../trunk/trunks.ts';
import type { Phones } from './phones.ts';

export interface DestinationsParts {
  readonly config: Pick<Config, 'extensions' | 'agents' | 'sip'>;
  readonly phones: Phones;
  readonly trunks: Trunks;
  readonly inside: Directory['inside'];
}

/** Where extensions and outside numbers are reached: the directory of the calls, made of registrar and trunks. */
export class Destinations implements Directory {
  readonly #parts: DestinationsParts;

  constructor(parts: DestinationsParts) {
    this.#parts = parts;
  }

  resolve(destination: Destination, arrival: Arrival): Resolved {
    const shownNumber = arrival.caller || arrival.called;
    if (destination.kind === 'line') return this.#resolveLine(destination, arrival.tenantId, shownNumber);
    const from = { uri: `sip:${escapeUser(shownNumber)}@${this.#parts.config.sip.domain}` };
    const routes = this.#phoneRoutes(destination.number).map((route) => ({ ...route, from }));
    const why = routes.length > 0 ? '' : 'phone is not registered';
    return { routes, why };
  }

  find(number: string): Destination {
    return { kind: this.#isExtension(number) ? 'extension' : 'line', number };
  }

  inside(number: string, tenant: string): ReturnType<Directory['inside']> {
    return this.#parts.inside(number, tenant);
  }

  party(number: string, tenant: string): PartyName {
    const agent = this.#parts.config.agents.find(
      (other) => other.extension === number && other.tenant === tenant,
    );
    if (agent) return { name: agent.id, kind: 'agent' };
    return { name: number, kind: this.#isExtension(number) ? 'extension' : 'line' };
  }

  reachable(destination: Destination): boolean {
    return destination.kind === 'line' || this.#phoneRoutes(destination.number).length > 0;
  }

  #isExtension(number: string): boolean {
    return this.#parts.config.extensions.some((extension) => extension.number === number);
  }

  #phoneRoutes(extension: string): readonly RingRoute[] {
    const fixed = this.#parts.config.extensions.find((other) => other.number === extension)?.contact;
    if (fixed === undefined) return this.#parts.phones.routes(extension);
    // a name has no address of its own: SDP alone counts then
    const host = hostForSocket(parseUri(fixed)?.host ?? '');
    return [{ uri: fixed, from: { uri: fixed }, ...(isIP(host) !== 0 && { signallingAddress: host }) }];
  }

  /** The first trunk that can take the call, and behind it the others in the order of failover. */
  #resolveLine({ number, trunk }: Destination, tenant: string, callerId: string): Resolved {
    let whyNot = '';
    const ways = this.#parts.trunks.waysOut({ number, tenant, trunk, callerId }, (why) => {
      whyNot = whyNot ? `${whyNot}; ${why}` : why;
    });
    const next = (): Resolved => {
      const { value } = ways.next();
      if (!value) return { routes: [], why: whyNot };
      const { codecs, digits, busyTone } = value.trunk;
      return {
        routes: [value.route],
        why: '',
        media: { codecs, digits, busyTone },
        onHeard: value.onHeard,
        onEnded: value.onEnded,
        next,
      };
    };
    return next();
  }
}
