import type { MediaBridge } from '../media.ts';
import { FreeswitchBridge } from './freeswitch-bridge.ts';
import type { FreeswitchEndpoint } from './freeswitch-endpoint.ts';
import type { FreeswitchServer } from './freeswitch-server.ts';

/** Makes an endpoint of ours on that server and no other. */
export type PlaceOn = (server: FreeswitchServer) => Promise<FreeswitchEndpoint>;

/**
 * Brings an endpoint to another server. FreeSWITCH joins only its own channels, so the endpoint is bridged with one of
 * ours on its server, which sends RTP to another of ours on the other server; that one stands for it there.
 *
 *     endpoint = near <--RTP--> far
 */
export class Tie implements MediaBridge {
  readonly far: FreeswitchEndpoint;
  readonly #near: FreeswitchEndpoint;
  #closed: Promise<void> | undefined;

  private constructor(near: FreeswitchEndpoint, far: FreeswitchEndpoint) {
    this.#near = near;
    this.far = far;
  }

  /** Throws MediaExhaustedError when a server has no room, and what a bridge throws. */
  static async open(endpoint: FreeswitchEndpoint, server: FreeswitchServer, placeOn: PlaceOn): Promise<Tie> {
    endpoint.checkOpen();
    const near = await placeOn(endpoint.leg.server);
    const far = await placeOn(server).catch(async (error: unknown) => {
      await near.close();
      throw error;
    });
    const tie = new Tie(near, far);
    try {
      await near.accept(await far.answer(await near.offer()));
      // when one part ends, the rest would only carry silence
      const parted = () => void tie.close();
      near.events.on('lost', parted);
      far.events.on('lost', parted);
      await FreeswitchBridge.open(endpoint, near, parted);
      return tie;
    } catch (error) {
      await tie.close();
      throw error;
    }
  }

  /** Sets what it joins free. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= Promise.all([this.#near.close(), this.far.close()]).then(() => {});
    return this.#closed;
  }
}

/** Bridges two endpoints of different servers. Throws what {@link Tie.open} throws. */
export async function bridgeOverTie(
  a: FreeswitchEndpoint,
  b: FreeswitchEndpoint,
  placeOn: PlaceOn,
): Promise<MediaBridge> {
  b.checkOpen();
  const tie = await Tie.open(a, b.leg.server, placeOn);
  try {
    await FreeswitchBridge.open(tie.far, b, () => void tie.close());
    return tie;
  } catch (error) {
    await tie.close();
    throw error;
  }
}
