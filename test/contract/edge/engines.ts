import { type EdgeKind, embeddedEdge, ownDrachtioEdge, realDrachtioEdge } from '../../support/edges.ts';
import { OwnDrachtioWorld, RealDrachtioWorld } from './drachtio-world.ts';
import type { OpenWorld } from './edge-fixture.ts';
import { EmbeddedWorld } from './embedded-world.ts';

/** An engine of the port SipEdge, for every suite of its contract. */
export interface EdgeEngine extends EdgeKind {
  /** With a far end of the port, over one transport; in a time of its own where it can. */
  readonly world: (transport: 'udp' | 'tcp') => ReturnType<OpenWorld>;
}

/** The matrix: a new engine is a line here, and nothing else. */
export const ENGINES: readonly EdgeEngine[] = [
  { ...embeddedEdge, world: (transport) => new EmbeddedWorld(transport) },
  { ...ownDrachtioEdge, world: (transport) => OwnDrachtioWorld.open(transport) },
  { ...realDrachtioEdge, world: (transport) => RealDrachtioWorld.open(transport) },
];
