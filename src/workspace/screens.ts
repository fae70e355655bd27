/** What an agent's screen shows of the call in his hands (弹屏), and what he writes of it. */

import type { Cdr } from '../cdr/cdr.ts';
import { queueOf, waitOf } from '../cdr/cdr-filter.ts';
import { type CdrReader, within } from '../cdr/cdr-query.ts';
import { customerOf } from '../cdr/customer-of.ts';
import { dispositionOf } from '../cdr/noted.ts';
import { placeKey } from '../numbering/area.ts';
import { type Announcement, stateOfAnnouncement } from '../provisioning/kind/announcement.ts';
import type { Disposition, DispositionEntry } from '../provisioning/kind/disposition.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { ShowNumber } from '../shared/masked-number.ts';
import { Scope } from '../shared/scope.ts';
import { filledScript } from './script-text.ts';
import type { CallDraft, WorkspaceStore } from './workspace-store.ts';

/** So many calls of a customer are shown, of so long. */
const HISTORY = 20;
const HISTORY_MS = 365 * 86_400_000;
const DAY_MS = 86_400_000;
/** Outages that begin so soon are told of; so many are. */
const AHEAD_MS = 7 * DAY_MS;
const NOTICES = 10;

export interface ScreenParts {
  readonly cdrs: Pick<CdrReader, 'query'>;
  /** A call that has not ended, or whose record is not stored yet. */
  readonly running: (callId: string) => Cdr | undefined;
  readonly isRunning: (callId: string) => boolean;
  readonly store: Pick<WorkspaceStore, 'drafts' | 'keepDraft'>;
  readonly provisioning: Provisioned;
  /** Calls that ring at an agent's phone, that he is on, and that he wraps up; each with the queue that it counts for. */
  readonly inHand: (tenant: string, agent: string) => ReadonlyMap<string, string | undefined>;
  /** Hears what an agent has written of a call by now: noted of it when his time for it is over. */
  readonly drafted: (draft: CallDraft) => void;
  /** Names of the place of a number: township of a fixed line, city, province. */
  readonly placesOf: (number: string) => readonly string[];
  readonly clock: Pick<Clock, 'now'>;
}

/** A notice of an outage (停电公告) at the customer's place. */
export interface PlaceNotice {
  readonly state: 'in-force' | 'planned';
  readonly announcement: Announcement;
}

/** The queue that a call counts for, as far as its agent's screen needs it. */
export interface ScreenQueue {
  readonly name: string;
  readonly title: string;
  readonly wrapUpMs: number;
  /** How often he may extend it; undefined: as often as he likes. */
  readonly wrapUpExtensions: number | undefined;
  readonly talkAlarmMs: number | undefined;
  readonly holdAlarmMs: number | undefined;
  readonly isDispositionRequired: boolean;
  readonly dispositions: Disposition['entries'];
  /** The script (话术), filled in. */
  readonly script: { readonly title: string; readonly text: string } | undefined;
}

/** A call of the customer's, with its names for people. */
export interface EarlierCall {
  readonly call: Cdr;
  readonly queueTitle: string | undefined;
  readonly dispositionTitle: string | undefined;
}

export interface CallScreen {
  readonly call: Cdr;
  readonly isOver: boolean;
  /** Number of who is served; empty: withheld. */
  readonly customer: string;
  readonly waitMs: number;
  readonly priority: number;
  readonly queue: ScreenQueue | undefined;
  /** How often he has called within 24 hours, this time included. */
  readonly callsToday: number;
  /** His other calls, and those to him, of the whole company, the newest first. */
  readonly history: readonly EarlierCall[];
  /** Outages at his place, those of now first, then those of the days to come. */
  readonly notices: readonly PlaceNotice[];
  readonly draft: CallDraft | undefined;
  /** What others have written of this call: who gave it away, and what for. */
  readonly others: readonly CallDraft[];
}

export type DraftWords = Partial<Pick<CallDraft, 'note' | 'disposition' | 'resolved' | 'handOver'>>;

/** Holds nothing. What is not in the agent's hands is PbxError `not-found`. */
export class Screens {
  readonly #parts: ScreenParts;

  constructor(parts: ScreenParts) {
    this.#parts = parts;
  }

  /** `show`: how he is shown numbers in what he says by the script. */
  async of(tenant: string, agent: string, callId: string, show: ShowNumber): Promise<CallScreen> {
    const { clock, store } = this.#parts;
    const queueName = this.#queueInHand(tenant, agent, callId);
    const [call, drafts] = await Promise.all([this.#call(tenant, callId), store.drafts(tenant, callId)]);
    const customer = customerOf(call);
    const history = customer === '' ? [] : await this.#history(tenant, customer, callId);
    const since = clock.now() - DAY_MS;
    const earlier = history.filter(({ startedAt, caller }) => startedAt >= since && caller === customer);
    return {
      isOver: !this.#parts.isRunning(callId),
      history: history.map((each) => this.#named(tenant, each)),
      ...{ call, customer, waitMs: waitOf(call), priority: call.asks.at(-1)?.priority ?? 0 },
      queue: this.#queue(tenant, agent, queueName ?? queueOf(call) ?? undefined, {
        ...{ called: call.called, hotline: call.hotline, area: call.area, carrier: call.carrier },
        ...{ caller: show(call.caller), customer: show(customer) },
      }),
      notices: this.#notices(tenant, customer, call.hotline),
      callsToday: earlier.length + Number(call.caller === customer),
      draft: drafts.find((each) => each.agent === agent),
      others: drafts.filter((each) => each.agent !== agent),
    };
  }

  /** A call in his hands, as it is known so far. */
  async inHand(tenant: string, agent: string, callId: string): Promise<Cdr> {
    this.#queueInHand(tenant, agent, callId);
    return await this.#call(tenant, callId);
  }

  /** Keeps what an agent writes of a call in his hands; what is left out stays. */
  async write(tenant: string, agent: string, callId: string, words: DraftWords): Promise<CallDraft> {
    const { clock, store } = this.#parts;
    this.#queueInHand(tenant, agent, callId);
    const before = (await store.drafts(tenant, callId)).find((each) => each.agent === agent);
    const draft = {
      ...{ note: '', disposition: undefined, resolved: undefined, handOver: '' },
      ...before,
      ...words,
      ...{ tenantId: tenant, callId, agent, at: clock.now() },
    };
    await store.keepDraft(draft);
    this.#parts.drafted(draft);
    return draft;
  }

  /** What is said in no hotline (no prompt) is shown as well: agents say it. */
  #notices(tenant: string, customer: string, hotline: string | null): readonly PlaceNotice[] {
    const { provisioning, placesOf, clock } = this.#parts;
    const now = clock.now();
    const here = new Set(placesOf(customer).map(placeKey));
    return Array.from(
      provisioning.snapshot.entitiesOf('announcement', tenant),
      ({ value }) => value as Announcement,
    )
      .flatMap((announcement): readonly PlaceNotice[] => {
        const { areas, hotlines, from } = announcement;
        const state = stateOfAnnouncement(announcement, now);
        if (state !== 'in-force' && state !== 'planned') return [];
        if (state === 'planned' && Date.parse(from) > now + AHEAD_MS) return [];
        if (hotlines.length > 0 && (hotline === null || !hotlines.includes(hotline))) return [];
        return areas.length === 0 || areas.some((area) => here.has(placeKey(area)))
          ? [{ state, announcement }]
          : [];
      })
      .sort((one, other) =>
        one.state === other.state
          ? Date.parse(one.announcement.from) - Date.parse(other.announcement.from)
          : one.state === 'in-force'
            ? -1
            : 1,
      )
      .slice(0, NOTICES);
  }

  #queueInHand(tenant: string, agent: string, callId: string): string | undefined {
    const inHand = this.#parts.inHand(tenant, agent);
    if (!inHand.has(callId)) throw new PbxError('not-found', `agent ${agent} has no call ${callId} in hand`);
    return inHand.get(callId);
  }

  async #call(tenant: string, callId: string): Promise<Cdr> {
    const { running, cdrs } = this.#parts;
    const now = running(callId);
    if (now?.tenantId === tenant) return now;
    const { cdrs: found } = await cdrs.query(within({ search: callId, limit: 5 }, Scope.of(tenant)));
    const call = found.find((each) => each.callId === callId);
    if (!call) throw new PbxError('not-found', `there is no call ${callId}`);
    return call;
  }

  async #history(tenant: string, number: string, but: string): Promise<readonly Cdr[]> {
    const { cdrs, clock } = this.#parts;
    const from = clock.now() - HISTORY_MS;
    const scope = Scope.of(tenant);
    // Not what colleagues have dialled, nor who has called a hotline: one's own number is no customer's.
    const [by, to] = await Promise.all([
      cdrs.query(within({ direction: 'inbound', caller: number, from, limit: HISTORY + 1 }, scope)),
      cdrs.query(within({ direction: 'outbound', called: number, from, limit: HISTORY + 1 }, scope)),
    ]);
    return [...by.cdrs, ...to.cdrs]
      .filter(({ callId }) => callId !== but)
      .sort((one, other) => other.startedAt - one.startedAt)
      .slice(0, HISTORY);
  }

  #named(tenant: string, call: Cdr): EarlierCall {
    const { snapshot } = this.#parts.provisioning;
    const name = queueOf(call);
    const queue = name === null ? undefined : snapshot.get('queue', tenant, name);
    const code = dispositionOf(call);
    const tree =
      queue?.disposition === undefined ? undefined : snapshot.get('disposition', tenant, queue.disposition);
    const dispositionTitle = code === null ? undefined : (titleIn(tree?.entries ?? [], code) ?? code);
    return { call, queueTitle: queue?.title ?? name ?? undefined, dispositionTitle };
  }

  #queue(
    tenant: string,
    agent: string,
    name: string | undefined,
    ofCall: Readonly<Record<string, string | null>>,
  ): ScreenQueue | undefined {
    const { snapshot } = this.#parts.provisioning;
    const queue = name === undefined ? undefined : snapshot.get('queue', tenant, name);
    if (!queue) return undefined;
    const tree =
      queue.disposition === undefined ? undefined : snapshot.get('disposition', tenant, queue.disposition);
    const script = queue.script === undefined ? undefined : snapshot.get('script', tenant, queue.script);
    const company = snapshot.get('tenant', tenant, tenant);
    const known = {
      ...ofCall,
      ...{ queue: queue.title ?? queue.name, agent },
      name: snapshot.get('agent', tenant, agent)?.name,
      company: company?.name,
    };
    return {
      ...{ name: queue.name, title: queue.title ?? queue.name, wrapUpMs: queue.wrapUpMs },
      ...{
        wrapUpExtensions: queue.wrapUpExtensions,
        talkAlarmMs: queue.talkAlarmMs,
        holdAlarmMs: queue.holdAlarmMs,
      },
      isDispositionRequired: queue.dispositionRequired ?? false,
      dispositions: tree?.entries ?? [],
      script: script && { title: script.title || script.name, text: filledScript(script.text, known) },
    };
  }
}

function titleIn(entries: readonly DispositionEntry[], code: string): string | undefined {
  for (const { code: own, title, children = [] } of entries) {
    const found = own === code ? title : titleIn(children, code);
    if (found !== undefined) return found;
  }
  return undefined;
}
