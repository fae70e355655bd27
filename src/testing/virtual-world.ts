import type { AgentEvent } from '../acd/agent-events.ts';
import type { CallEvent } from '../call/call-events.ts';
import type { Config } from '../config/config.ts';
import type { SupervisionEntry } from '../desk/desk-parts.ts';
import { FakeEdge } from '../edge/fake/fake-edge.ts';
import type { MediaCapabilities } from '../media/media.ts';
import { NullMediaEngine } from '../media/null/null-engine.ts';
import { UNKNOWN_AREA } from '../numbering/area.ts';
import { Pbx, type PbxParts } from '../pbx.ts';
import { PromptCatalogue } from '../prompt/prompt-catalogue.ts';
import { TypedEvents } from '../shared/events.ts';
import { type IdSource, seededIds } from '../shared/ids.ts';
import { silentLogger } from '../shared/logger.ts';
import { ManualClock } from '../shared/manual-clock.ts';

export interface VirtualWorldOptions {
  /** Virtual time of the start, ms since 1970. */
  readonly at: number;
  readonly seed?: number;
  /** What the media engine says that it can do, where that differs. */
  readonly can?: Partial<MediaCapabilities>;
}

/** What an engine cannot be without; the world has the rest. */
export type VirtualPbxParts = Pick<PbxParts, 'provisioning' | 'hotlines'> & { readonly config: Config };

const catalogues = new Map<string, PromptCatalogue>();

/** What is around an engine without network and audio: time, chance, callers, phones, and a journal that is kept. */
export class VirtualWorld {
  readonly clock: ManualClock;
  readonly ids: IdSource;
  readonly edge: FakeEdge;
  readonly media: NullMediaEngine;
  /** The facts of all calls, in order. */
  readonly events: CallEvent[] = [];
  /** What agents did, in order. */
  readonly agentEvents: AgentEvent[] = [];
  /** What supervisors did, in order. */
  readonly audited: SupervisionEntry[] = [];
  /** Extensions whose phones are not registered; all others have one. */
  readonly offline = new Set<string>();
  /** Nobody registers; an INVITE is no phone's. */
  readonly phones: PbxParts['phones'] = {
    events: new TypedEvents(),
    handle: () => ({ status: 501 }),
    identify: () => undefined,
    routes: (_, number) =>
      this.offline.has(number) ? [] : [{ uri: `sip:${number}@phone`, from: { uri: 'sip:pbx' } }],
  };

  constructor({ at, seed = 1, can = {} }: VirtualWorldOptions) {
    this.clock = new ManualClock(at);
    this.ids = seededIds(seed);
    this.edge = new FakeEdge(this.clock);
    this.media = new NullMediaEngine({ clock: this.clock, ids: this.ids, capabilities: can });
  }

  /** The engine in this world, not started. `parts` take the place of the usual ones. */
  pbx(parts: VirtualPbxParts & Partial<PbxParts>): Pbx {
    const { clock, ids, edge, media, phones } = this;
    const journal = { append: (event: CallEvent) => this.events.push(event), durable: () => undefined };
    const agentJournal = { append: (event: AgentEvent) => void this.agentEvents.push(event) };
    const prompts = catalogueOf(parts.config);
    const areas = { areaOf: () => UNKNOWN_AREA };
    const log = silentLogger;
    const audit = (entry: SupervisionEntry) => void this.audited.push(entry);
    const world = { clock, ids, log, edge, media, journal, agentJournal, prompts, phones, areas, audit };
    return new Pbx({ ...world, ...parts });
  }
}

/** Catalogues are read once a process: tests open many engines. */
export function catalogueOf({ promptDirs, language }: Config): PromptCatalogue {
  const key = `${promptDirs.join(':')}/${language}`;
  let catalogue = catalogues.get(key);
  if (!catalogue) {
    catalogue = new PromptCatalogue(promptDirs, language);
    catalogues.set(key, catalogue);
  }
  return catalogue;
}
