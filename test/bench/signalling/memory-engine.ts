/** The whole engine without sockets, for benches: two peers in memory, the embedded edge, a dialplan, null media, a clock that is moved. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CallJournal } from '../../../src/call/call-events.ts';
import { loadDialplans } from '../../../src/dialplan/dialplans.ts';
import { Switches } from '../../../src/dialplan/plan/switches.ts';
import { EmbeddedEdge } from '../../../src/edge/embedded/embedded-edge.ts';
import { NullMediaEngine } from '../../../src/media/null/null-engine.ts';
import { UNKNOWN_AREA } from '../../../src/numbering/area.ts';
import { loadAreaTable } from '../../../src/numbering/area-source.ts';
import { Pbx } from '../../../src/pbx.ts';
import { PromptCatalogue } from '../../../src/prompt/prompt-catalogue.ts';
import { loadMachine } from '../../../src/provisioning/file/company-sections.ts';
import { firstSnapshot } from '../../../src/provisioning/file/first-start.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import type { PhonesEvents } from '../../../src/routing/phones.ts';
import { TypedEvents } from '../../../src/shared/events.ts';
import { systemIds as ids } from '../../../src/shared/ids.ts';
import { silentLogger as logger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import type { Store } from '../../../src/store/store.ts';
import { writeBenchConfig } from './bench-config.ts';
import { MemoryPeers, type OpenCall } from './memory-peers.ts';

/** Calls come in, and the clock is moved, once in so long. */
export const TICK_MS = 20;
const TALK_MS = 500;

/** A journal that keeps nothing: what the engine costs without one. */
const NOWHERE: Pick<Store['journal'], 'append' | 'durable'> = { append: () => 0, durable: () => undefined };

export class MemoryEngine {
  /** Calls wait until their beginning is in the database before they go on. */
  keeps = true;
  /** Calls that came in. */
  calls = 0;
  readonly #peers = new MemoryPeers();
  readonly #clock: ManualClock;
  /** Calls that talk, by the ticks that are left to them. */
  readonly #talking: OpenCall[][] = Array.from({ length: TALK_MS / TICK_MS }, () => []);
  /** What the last call waits for. */
  #kept: Promise<void> | undefined;
  #end: () => Promise<void> = async () => {};

  /** `openStore`: of a folder that is removed at the end, and the engine's clock; undefined: events go nowhere. */
  static async start(
    openStore?: (folder: string, clock: ManualClock) => Promise<Store>,
  ): Promise<MemoryEngine> {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-bench-'));
    const engine = new MemoryEngine(new ManualClock(Date.now()));
    await engine.#start(folder, await openStore?.(folder, engine.#clock));
    return engine;
  }

  private constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  /** Calls that were not answered. */
  get failed(): number {
    return this.calls - this.#peers.answered;
  }

  /** One tick of the clock: so many calls come in, and those whose time has come hang up. */
  async tick(calls: number): Promise<void> {
    const [peers, clock] = [this.#peers, this.#clock];
    const fresh = Array.from({ length: calls }, () => peers.invite(this.calls++));
    await clock.settle();
    while (peers.ringing < calls) {
      await this.#kept;
      await clock.settle();
    }
    peers.answerInvites();
    await clock.settle();
    for (const call of fresh) peers.ack(call);
    await clock.settle();
    for (const call of this.#talking.shift()!) peers.bye(call);
    this.#talking.push(fresh);
    await clock.settle();
    peers.answerByes();
    await clock.advance(TICK_MS);
  }

  close(): Promise<void> {
    return this.#end();
  }

  async #start(folder: string, store: Store | undefined): Promise<void> {
    const clock = this.#clock;
    const file = writeBenchConfig(folder, resolve(import.meta.dirname, 'dialplans'), 6002);
    const config = loadMachine({ file });
    const provisioning = new Provisioning(firstSnapshot(config));
    const prompts = new PromptCatalogue(config.promptDirs, config.language);
    const hotlines = await loadDialplans({
      dir: config.dialplanDir,
      provisioning,
      timeZone: config.timeZone,
      prompts: prompts.names,
      promptMs: (name) => prompts.durationMs(name),
      areas: loadAreaTable(),
      switches: new Switches(clock),
      logger,
      clock,
      ids,
    });
    const pbx = new Pbx({
      config,
      provisioning,
      clock,
      ids,
      log: logger,
      edge: this.#edge(),
      media: new NullMediaEngine({ clock, ids }),
      journal: this.#journalOf(store),
      agentJournal: store?.journal ?? NOWHERE,
      prompts,
      hotlines,
      areas: { areaOf: () => UNKNOWN_AREA },
      phones: {
        events: new TypedEvents<PhonesEvents>(),
        handle: () => ({ status: 501 }),
        identify: () => undefined,
        routes: () => [],
      },
    });
    await pbx.start();
    this.#end = async () => {
      await pbx.close();
      await store?.close();
      hotlines.close();
      rmSync(folder, { recursive: true, force: true });
    };
  }

  #edge(): EmbeddedEdge {
    return new EmbeddedEdge({
      clock: this.#clock,
      ids,
      logger,
      transports: this.#peers.transports,
      resolver: { resolve: () => [] },
      answerChallenge: () => undefined,
      busyShare: () => 0,
    });
  }

  #journalOf(store: Store | undefined): CallJournal {
    if (!store) return NOWHERE;
    return {
      append: (event) => store.journal.append(event),
      durable: (place) => {
        this.#kept = this.keeps ? store.journal.durable(place) : undefined;
        return this.#kept;
      },
    };
  }
}
