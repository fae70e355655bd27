import { Resolver } from 'node:dns/promises';
import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { AddressList } from '../shared/address-list.ts';
import type { Clock } from '../shared/clock.ts';
import { asError, ClosedError, DeadlineError } from '../shared/errors.ts';
import { type CheckedUrl, checkedUrl } from './checked-url.ts';
import { type Outbound, type OutboundAnswer, OutboundError, type OutboundRequest } from './outbound.ts';
import { isPublicAddress } from './public-address.ts';

/** A connection that nobody uses is kept so long: less than servers do, so that none is closed under a request. */
const IDLE_MS = 4000;
const MAX_IDLE = 256;

/** What we say of ourselves, whatever the caller wants. Compressed answers are not asked for: none can burst. */
const OWN_HEADERS = { 'accept-encoding': 'identity', 'user-agent': 'pbx400' };
/** They are of the connection (RFC 9110 7.6.1, 9112 6), not of the caller. */
const RESERVED = new Set([
  ...['accept-encoding', 'connection', 'content-length', 'expect', 'host', 'keep-alive'],
  ...['proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

export interface OutboundParts {
  /** Addresses and networks of the operator that are asked although they are not public, also without TLS. */
  readonly allow: readonly string[];
  readonly clock: Clock;
  /** Addresses of a name; none: []. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
  /** PEM of authorities, in place of the system's. */
  readonly ca?: string;
}

/** {@link Outbound} over sockets. The address that was checked is the one that is connected to, however a name changes. */
export class CheckedOutbound implements Outbound {
  readonly #allow: AddressList;
  readonly #clock: Clock;
  readonly #resolve: (name: string) => Promise<readonly string[]>;
  readonly #plain = new PlainAgent({ keepAlive: true, timeout: IDLE_MS, maxFreeSockets: MAX_IDLE });
  readonly #tls: TlsAgent;
  readonly #closing = new AbortController();

  constructor({ allow, clock, resolve = resolveByDns, ca }: OutboundParts) {
    this.#allow = new AddressList(allow);
    this.#clock = clock;
    this.#resolve = resolve;
    const trust = { rejectUnauthorized: true, ...(ca !== undefined && { ca }) };
    this.#tls = new TlsAgent({ keepAlive: true, timeout: IDLE_MS, maxFreeSockets: MAX_IDLE, ...trust });
  }

  async ask(request: OutboundRequest): Promise<OutboundAnswer> {
    const to = this.check(request.url);
    const late = new AbortController();
    const timer = this.#clock.after(request.limitMs, () =>
      late.abort(new DeadlineError(`the answer of ${to.url.host}`, request.limitMs)),
    );
    const signal = AbortSignal.any([late.signal, this.#closing.signal, request.signal ?? late.signal]);
    try {
      signal.throwIfAborted();
      return await readWhole(await this.#send(to, request, signal), request.maxBytes);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof OutboundError) throw error;
      const { message } = asError(error);
      throw new OutboundError('outside-failed', `${to.url.host}: ${message}`, { cause: error });
    } finally {
      timer.cancel();
    }
  }

  /** A URL as far as its text shows: names are looked up when they are asked. Throws OutboundError. */
  check(url: string): CheckedUrl {
    const to = checkedUrl(url);
    if (to.address !== undefined && !this.#mayAsk(to.address, to.isPlain)) throw refused(to);
    return to;
  }

  /** Breaks off what is under way. Idempotent. */
  close(): void {
    this.#closing.abort(new ClosedError('HTTP to outside'));
    this.#plain.destroy();
    this.#tls.destroy();
  }

  /** Answers with the head; the body is still to be read. */
  #send(to: CheckedUrl, request: OutboundRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const { method, headers = {}, body } = request;
    return new Promise((resolve, reject) => {
      const sent = (to.isPlain ? plainRequest : tlsRequest)(to.url, {
        agent: to.isPlain ? this.#plain : this.#tls,
        method,
        headers: { ...withoutReserved(headers), ...OWN_HEADERS },
        lookup: this.#lookup(to),
        signal,
      });
      sent.on('response', resolve);
      sent.on('error', reject);
      // An answer 101 (Switching Protocols) closes without either.
      sent.on('close', () => reject(new Error('closed without an answer')));
      sent.end(body);
    });
  }

  /** Asked by the socket itself, which connects to nothing else than what this gives it. */
  #lookup(to: CheckedUrl): LookupFunction {
    return (name, _options, found) => {
      this.#resolve(name)
        .then((addresses) => {
          if (addresses.length === 0) throw new Error(`the name ${name} has no address`);
          const open = addresses.filter((address) => this.#mayAsk(address, to.isPlain));
          if (open.length === 0) throw refused(to);
          const each = open.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
          found(null, each);
        })
        .catch((error: unknown) => found(asError(error), []));
    };
  }

  #mayAsk(address: string, isPlain: boolean): boolean {
    // An IPv4 address mapped into IPv6 has two texts; it is written as what it is or not at all.
    if (address.startsWith('::ffff:')) return false;
    return this.#allow.has(address) || (!isPlain && isPublicAddress(address));
  }
}

function refused({ url, isPlain }: CheckedUrl): OutboundError {
  const why = isPlain ? 'without TLS' : 'at an address that is not public';
  const fix = 'use https:// and a public address, or let the operator add its network to http.outbound.allow';
  return new OutboundError('address-refused', `${url.host} is not asked ${why}; ${fix}`);
}

function withoutReserved(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !RESERVED.has(name.toLowerCase())));
}

async function readWhole(response: IncomingMessage, maxBytes: number): Promise<OutboundAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isWhole = true;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, maxBytes - bytes));
    bytes += chunk.length;
    if (bytes > maxBytes) {
      isWhole = false;
      // Leaving the loop closes the connection: an answer without end is not read to it.
      break;
    }
  }
  const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
    isWhole,
  };
}

/**
 * By DNS alone, not by the system's way, which reads /etc/hosts: that one keeps one of the process's four threads for files
 * as long as a name server is silent, and companies choose the name servers.
 */
async function resolveByDns(name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  const both = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const found = both.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  const failed = both.find((one) => one.status === 'rejected');
  if (found.length === 0 && failed) throw failed.reason;
  return found;
}
