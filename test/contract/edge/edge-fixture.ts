import { BOB, Desk, type EdgeWorld, place } from './edge-world.ts';

/** Builds the edge under test and a far end, not started. */
export type OpenWorld = () => Promise<EdgeWorld> | EdgeWorld;

/** The edge under test and a far end, with who takes their calls. */
export class EdgeFixture {
  readonly world: EdgeWorld;
  /** Takes what comes to the edge under test. */
  readonly desk = new Desk();
  /** Takes what comes to the far end. */
  readonly farDesk = new Desk();

  constructor(world: EdgeWorld) {
    this.world = world;
  }

  async start(): Promise<void> {
    await this.world.edge.start(this.desk);
    await this.world.far.start(this.farDesk);
  }

  /** A call in conversation, placed by the far end or by the edge under test. */
  async talking(direction: 'in' | 'out') {
    const { world, desk, farDesk } = this;
    const [caller, callee, calleeUri] =
      direction === 'in'
        ? [world.far, desk, world.uri('4001234567')]
        : [world.edge, farDesk, world.farUri('8001')];
    callee.take = (leg) => void leg.answer(BOB).catch(() => {});
    const { leg, log } = place(caller, calleeUri);
    await world.until('the call', () => callee.calls[0]?.state === 'confirmed' && leg.state === 'confirmed');
    const taken = callee.calls[0]!;
    const own = direction === 'in' ? taken : leg;
    const ownLog = direction === 'in' ? callee.logs[0]! : log;
    const other = direction === 'in' ? leg : taken;
    const otherLog = direction === 'in' ? log : callee.logs[0]!;
    return { own, ownLog, other, otherLog };
  }

  /** The promise, while the world's time goes on. */
  async settled<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    const mark = () => {
      done = true;
    };
    promise.then(mark, mark);
    await this.world.until('the promise', () => done, 60_000);
    return promise;
  }

  /** Closes both ends and fails when anything is left open. */
  close(): Promise<void> {
    return this.world.close();
  }
}
