import { isIPv6 } from 'node:net';
import type { MediaAddress } from '../audio-sdp.ts';

/**
 * What of this machine no far end may name as its own in SDP: our RTP ports, whose packets would go round in a circle, and
 * its loopback, where services listen that trust who reaches them.
 */
export class OwnPorts {
  readonly #addresses: ReadonlySet<string>;
  readonly #isTaken: (port: number) => boolean;
  readonly #onLoopback: boolean;

  /**
   * @param addresses where we receive and what our SDP names
   * @param isTaken whether a port is one of a call's now: another program of this machine may have any other of the range
   */
  constructor(addresses: readonly string[], isTaken: (port: number) => boolean) {
    this.#addresses = new Set(addresses);
    this.#isTaken = isTaken;
    this.#onLoopback = addresses.some(isLoopback);
  }

  has({ address, port }: MediaAddress): boolean {
    // a PBX that itself lives on loopback talks to phones there
    if (!this.#onLoopback && isLoopback(address)) return true;
    return this.#addresses.has(address) && this.#isTaken(port);
  }
}

function isLoopback(address: string): boolean {
  return isIPv6(address)
    ? address === '::1' || address.startsWith('::ffff:127.')
    : address.startsWith('127.');
}
