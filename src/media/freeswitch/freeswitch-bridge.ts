import { PbxError } from '../../shared/errors.ts';
import type { MediaBridge } from '../media.ts';
import type { FreeswitchEndpoint, Membership } from './freeswitch-endpoint.ts';

/** Two channels of one server that FreeSWITCH joins. */
export class FreeswitchBridge implements MediaBridge, Membership {
  readonly #a: FreeswitchEndpoint;
  readonly #b: FreeswitchEndpoint;
  readonly #onParted: () => void;
  #joined = false;
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
    try {
      await Promise.all([a.enter(bridge), b.enter(bridge)]);
      await bridge.#both(() => bridge.#join());
      return bridge;
    } catch (error) {
      await bridge.close();
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#part();
    return this.#closed;
  }

  /** One of them ends or goes elsewhere: the other waits for orders again. */
  left(): Promise<void> {
    return this.close();
  }

  /** Runs `work` while neither is given other orders. */
  #both(work: () => Promise<void>): Promise<void> {
    // always in the same order: two bridges of the same endpoints must not wait for each other
    const [first, second] = this.#a.id < this.#b.id ? [this.#a, this.#b] : [this.#b, this.#a];
    return first.move(() => second.move(work));
  }

  async #join(): Promise<void> {
    const { leg } = this.#a;
    const mate = this.#b.leg.uuid;
    const told = leg.waitFor((event) => event.getHeader('Event-Name') === 'CHANNEL_BRIDGE');
    await leg.api('uuid_bridge', mate);
    // the event may be lost, the state is not
    this.#joined =
      (await told) !== undefined || (await leg.api('uuid_getvar', 'bridge_uuid')).trim() === mate;
    if (!this.#joined) throw new PbxError('freeswitch-bridge', 'FreeSWITCH did not join the two channels');
  }

  async #part(): Promise<void> {
    const members = [this.#a, this.#b];
    const ours = members.filter((endpoint) => endpoint.leave(this));
    const parted =
      this.#joined && members.every(({ isOpen }) => isOpen)
        ? this.#both(() => this.#unjoin())
        : Promise.all(ours.map((endpoint) => endpoint.park()));
    await parted.catch(() => {});
    this.#onParted();
  }

  /**
   * The end of the bridge parks the second channel (`park_after_bridge`). It gets no order of ours at that moment: of
   * two that cross, a hang-up comes out now and then.
   */
  async #unjoin(): Promise<void> {
    const second = this.#b.leg.parked();
    await this.#a.leg.park();
    if (!(await second)) await this.#b.leg.park();
  }
}
