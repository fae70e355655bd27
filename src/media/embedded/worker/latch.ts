/** Packets from one source before it is held for good. */
const LOCK_AFTER = 5;

/**
 * Finds where a far end's RTP really comes from (symmetric RTP, RFC 4961) without letting strangers in.
 *
 *    learning --packet of the very address in SDP--------------------> locked
 *       |  ^                                                             |
 *       |  +--allowed packet, another source than the one before         | aim() with another address
 *       +-----fifth allowed packet of one source--> locked               v
 *                                                                     learning
 *
 * Allowed is the IP address that SDP named, with any port; any address when the endpoint's far end may be behind NAT.
 * Once locked only that source is heard.
 */
export class Latch {
  readonly #nat: boolean;
  #state: 'learning' | 'locked' = 'learning';
  #address = '';
  #port = 0;
  #sdpAddress = '';
  #sdpPort = 0;
  #count = 0;

  /** @param nat whether RTP may come from other addresses than SDP names */
  constructor(nat: boolean) {
    this.#nat = nat;
  }

  get locked(): boolean {
    return this.#state === 'locked';
  }

  /** Where to send: the source that was learned, at first what SDP says. Port 0: nowhere yet. */
  get address(): string {
    return this.#address;
  }

  get port(): number {
    return this.#port;
  }

  /** SDP named this address. The same as before changes nothing; another one starts learning again. */
  aim(address: string, port: number): void {
    if (address === this.#sdpAddress && port === this.#sdpPort) return;
    this.#sdpAddress = address;
    this.#sdpPort = port;
    this.#address = address;
    this.#port = port;
    this.#state = 'learning';
    this.#count = 0;
  }

  /** ICE chose this source: nothing is left to learn. */
  fix(address: string, port: number): void {
    this.#address = address;
    this.#port = port;
    this.#state = 'locked';
  }

  /** Whether a packet from this source is heard; learns from it. */
  admit(address: string, port: number): boolean {
    const same = port === this.#port && address === this.#address;
    if (this.#state === 'locked') return same;
    if (this.#sdpPort === 0 || !(this.#nat || address === this.#sdpAddress)) return false;
    if (port === this.#sdpPort && address === this.#sdpAddress) {
      this.#state = 'locked';
    } else {
      this.#count = same ? this.#count + 1 : 1;
      if (this.#count >= LOCK_AFTER) this.#state = 'locked';
    }
    this.#address = address;
    this.#port = port;
    return true;
  }
}
