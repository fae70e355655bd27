/** The embedded edge on a network in memory, and a peer that writes its own messages; new for every test of a file. */
import { afterEach, beforeEach } from 'vitest';
import { Desk } from '../../../contract/edge/edge-world.ts';
import { EmbeddedWorld } from '../../../contract/edge/embedded-world.ts';
import { SipPeer } from '../../../support/sip-peer.ts';

export let world: EmbeddedWorld;
/** Takes the edge's calls. */
export let desk: Desk;
export let peer: SipPeer;

export const pass = (ms: number) => world.pass(ms);

/** Once in a file. A test fails that leaves a transaction, timer, dialog or leg. */
export function useWire(): void {
  beforeEach(async () => {
    world = new EmbeddedWorld();
    desk = new Desk();
    await world.edge.start(desk);
    await world.far.start(new Desk());
    peer = new SipPeer(world.network, '10.0.0.9', world.edge.addresses[0]!);
  });
  afterEach(() => world.close());
}
