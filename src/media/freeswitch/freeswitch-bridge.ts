import { PbxError } from '../../shared/errors.ts';
import type { MediaBridge } from '../media.ts';
import type { FreeswitchEndpoint, Membership } from './freeswitch-endpoint.ts';

/** Two channels of one server that FreeSWITCH joins. */
export class FreeswitchBridge implements MediaBridge, Membership {
  readonly #a: FreeswitchEndpoint;
  readonly #b: FreeswitchEndpoint;
  readonly #onParted: () => void;
  #closed: Promise<void> | undefined;

  private constructor(a: FreeswitchEndpoint, b: FreeswitchEndpoint, onParted: () => void) {
    this.#a = a;
    this.#b = b;
    this.#onParted = onParted;
  }

  /** `onParted` runs once it is over, whoever ended it. Throws ClosedError when one of them is closed, PbxError `freeswitch-bridge` when they were not joined. */
  static async open(
    a: FreeswitchEndpoint,
    b: FreeswitchEndpoint,
    onParted: () => void = () => {},
  ): Promise<FreeswitchBridge> {
    a.checkOpen();
    b.checkOpen();
    const bridge = new FreeswitchBridge(a, b, onParted);
    a.enter(bridge);
    b.enter(bridge);
    try {
      // always in the same order: two bridges of the same endpoints must not wait for each other
      const [first, second] = a.id < b.id ? [a, b] : [b, a];
      await first.move(() => second.move(() => bridge.#join()));
      return bridge;
    } catch (error) {
      await bridge.close();
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#part([this.#a, this.#b]);
    return this.#closed;
  }

  /** One of them ended or went elsewhere: the other waits for orders again. */
  left(endpoint: FreeswitchEndpoint): void {
    const mate = endpoint === this.#a ? this.#b : this.#a;
    this.#closed ??= this.#part([mate]);
  }

  async #join(): Promise<void> {
    const { leg } = this.#a;
    const mate = this.#b.leg.uuid;
    const told = leg.waitFor((event) => event.getHeader('Event-Name') === 'CHANNEL_BRIDGE');
    await leg.api('uuid_bridge', mate);
    if (await told) return;
    // the event may be lost, the state is not
    const joined = (await leg.api('uuid_getvar', 'bridge_uuid')).trim();
    if (joined !== mate) throw new PbxError('freeswitch-bridge', 'FreeSWITCH did not join the two channels');
  }

  async #part(endpoints: readonly FreeswitchEndpoint[]): Promise<void> {
    const members = endpoints.filter((endpoint) => endpoint.leave(this));
    await Promise.all(members.map((endpoint) => endpoint.park().catch(() => {})));
    this.#onParted();
  }
}
