import type { Party } from '../call/arrival.ts';
import type { OutsideRefusal } from '../call/destination.ts';
import type { CallClass } from '../numbering/call-class.ts';
import type { Tenant } from '../provisioning/kind/tenant.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { HOUR_MS, type HourOfUse, OutsideUse, sumOf, type Use, useOf } from './outside-use.ts';

/** A limit was reached: nobody whom it holds for calls outside any more until it is over, or lifted. */
export interface LimitReached {
  readonly tenant: string;
  /** '': all of the company. */
  readonly extension: string;
  readonly period: 'hour' | 'day';
  readonly of: 'calls' | 'minutes' | 'spend';
  readonly limit: number;
  /** ms since 1970. */
  readonly at: number;
}

/** Where what calls outside cost is kept over restarts; each returns at once and never throws. */
export interface UseKeeping {
  add(use: readonly HourOfUse[]): void;
  forget(tenant: string, extension: string): void;
  reached(limit: LimitReached): void;
}

export interface OutsideLimitsParts {
  readonly provisioning: Provisioned;
  readonly clock: Clock;
  readonly log: Logger;
  /** Local time minus UTC at an instant, ms: when a day begins. */
  readonly offsetMs: (at: number) => number;
  readonly keeping?: UseKeeping;
}

/** A call outside that is counted. */
export interface CountedCall {
  answered(): void;
  /** Idempotent. */
  ended(): void;
}

interface Running {
  readonly tenant: string;
  readonly extension: string | undefined;
  readonly callClass: CallClass;
  readonly answeredAt: number;
}

type Limits = NonNullable<Tenant['outsideLimits']>;
type Limit = Limits['company']['hour'];

const UNITS: Readonly<Record<LimitReached['of'], string>> = { calls: 'calls', minutes: 'min', spend: 'yuan' };

/**
 * What a company and each of its extensions may spend on calls outside in an hour and a day of the clock (盗打防护): calls as they
 * are placed, minutes and money as they go on. Counted is whoever calls out, by whatever way; emergency numbers are not.
 */
export class OutsideLimits {
  readonly #parts: OutsideLimitsParts;
  readonly #use = new OutsideUse();
  readonly #running = new Set<Running>();
  /** When the period began in which a limit was told of last. */
  readonly #told = new Map<string, number>();
  #prunedAt = 0;

  constructor(parts: OutsideLimitsParts, use: readonly HourOfUse[] = []) {
    this.#parts = parts;
    this.#use.replace(use);
  }

  /** What is stored takes the place of all: other nodes count, too. */
  replace(use: readonly HourOfUse[]): void {
    this.#use.replace(use);
  }

  /** From when on use counts. */
  get dayBegan(): number {
    const { clock, offsetMs } = this.#parts;
    return dayOf(clock.now(), offsetMs);
  }

  /** Why nobody, or that phone, may call outside now; undefined: no limit is reached. */
  refusal(tenant: string, asker: Party | undefined): OutsideRefusal | undefined {
    const limits = this.#limitsOf(tenant);
    if (!limits) return undefined;
    const extension = extensionOf(tenant, asker);
    const own = extension === undefined ? undefined : this.#reached(tenant, extension, limits);
    const reached = own ?? this.#reached(tenant, '', limits);
    if (!reached) return undefined;
    this.#tell(reached);
    return { bar: 'outside-limit', why: inWords(reached) };
  }

  /** A call outside is placed; undefined: the company limits none. */
  begin(tenant: string, asker: Party | undefined, classOf: () => CallClass): CountedCall | undefined {
    if (!this.#limitsOf(tenant)) return undefined;
    const callClass = classOf();
    const extension = extensionOf(tenant, asker);
    this.#count(tenant, extension, { calls: 1, ms: 0, spend: 0 });
    let running: Running | undefined;
    return {
      answered: () => {
        running ??= { tenant, extension, callClass, answeredAt: this.#parts.clock.now() };
        this.#running.add(running);
      },
      ended: () => {
        if (running && this.#running.delete(running)) this.#count(tenant, extension, this.#costOf(running));
      },
    };
  }

  /** Limits that are reached now, of all companies. */
  reached(): readonly LimitReached[] {
    const { snapshot } = this.#parts.provisioning;
    return snapshot.all('tenant').flatMap(({ id, outsideLimits }) => {
      if (!outsideLimits) return [];
      const extensions = snapshot.of('extension', id).map(({ number }) => number);
      return ['', ...extensions].flatMap((extension) => this.#reached(id, extension, outsideLimits) ?? []);
    });
  }

  /** What was used counts no more, by an operator's word; extension '': of the company. False: nothing was used. */
  lift(tenant: string, extension: string): boolean {
    const { calls, ms } = this.#usedSince(tenant, extension, this.dayBegan);
    if (calls === 0 && ms === 0) return false;
    this.#use.forget(tenant, extension);
    this.#parts.keeping?.forget(tenant, extension);
    for (const key of this.#told.keys())
      if (key.startsWith(`${tenant}/${extension}/`)) this.#told.delete(key);
    return true;
  }

  #reached(tenant: string, extension: string, limits: Limits): LimitReached | undefined {
    const at = this.#parts.clock.now();
    const scope = extension === '' ? limits.company : limits.extension;
    for (const period of ['hour', 'day'] as const) {
      const limit = scope[period];
      if (isEmpty(limit)) continue;
      const from = period === 'hour' ? hourOf(at) : this.dayBegan;
      const of = exceeded(limit, this.#usedSince(tenant, extension, from));
      if (of) return { tenant, extension, period, of, limit: limit[of]!, at };
    }
    return undefined;
  }

  /** Calls that go on count with what they have cost so far. */
  #usedSince(tenant: string, extension: string, from: number): Use {
    let use = this.#use.since(tenant, extension, from);
    for (const running of this.#running) {
      const isHis = running.tenant === tenant && (extension === '' || running.extension === extension);
      if (isHis) use = sumOf(use, this.#costOf(running));
    }
    return use;
  }

  #costOf({ tenant, callClass, answeredAt }: Running): Use {
    const ms = Math.max(0, this.#parts.clock.now() - answeredAt);
    return useOf(ms, this.#limitsOf(tenant)?.prices[callClass] ?? 0);
  }

  #count(tenant: string, extension: string | undefined, use: Use): void {
    const hour = hourOf(this.#parts.clock.now());
    const whose = extension === undefined ? [''] : ['', extension];
    const counted = whose.map((of) => ({ tenant, extension: of, hour, ...use }));
    for (const one of counted) this.#use.add(one);
    this.#parts.keeping?.add(counted);
    if (this.#prunedAt === hour) return;
    this.#prunedAt = hour;
    this.#use.prune(this.dayBegan);
  }

  #tell(reached: LimitReached): void {
    const { tenant, extension, period, of, at } = reached;
    const since = period === 'hour' ? hourOf(at) : this.dayBegan;
    const key = `${tenant}/${extension}/${period} ${of}`;
    if (this.#told.get(key) === since) return;
    this.#told.set(key, since);
    this.#parts.log.warn(
      { tenant, extension, limit: inWords(reached) },
      'a limit of calls outside is reached',
    );
    this.#parts.keeping?.reached(reached);
  }

  #limitsOf(tenant: string): Limits | undefined {
    return this.#parts.provisioning.snapshot.get('tenant', tenant, tenant)?.outsideLimits;
  }
}

/** The phone that asks, where it is one of the company's. */
function extensionOf(tenant: string, asker: Party | undefined): string | undefined {
  return asker?.kind === 'extension' && asker.tenant === tenant ? asker.number : undefined;
}

function isEmpty({ calls, minutes, spend }: Limit): boolean {
  return calls === undefined && minutes === undefined && spend === undefined;
}

function exceeded({ calls, minutes, spend }: Limit, use: Use): LimitReached['of'] | undefined {
  if (calls !== undefined && use.calls >= calls) return 'calls';
  if (minutes !== undefined && use.ms >= minutes * 60_000) return 'minutes';
  return spend !== undefined && use.spend >= spend * 1000 ? 'spend' : undefined;
}

function inWords({ extension, period, of, limit }: LimitReached): string {
  const scope = extension === '' ? 'company' : 'extension';
  const who = extension === '' ? 'the company' : extension;
  return `${who} has used its ${limit} ${UNITS[of]} of this ${period} (\`outsideLimits.${scope}.${period}.${of}\`)`;
}

function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}

/** The hour in which the local day began. */
function dayOf(at: number, offsetMs: OutsideLimitsParts['offsetMs']): number {
  const local = at + offsetMs(at);
  return hourOf(at - (local % (24 * HOUR_MS)));
}
