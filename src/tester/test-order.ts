/** What the thread of the number tester (号码测试) is asked, and what it answers: plain data, which crosses between threads. */
import type { CdrTarget } from '../cdr/cdr.ts';
import type { KindName } from '../provisioning/kinds.ts';
import type { ErrorCode } from '../shared/error-codes.ts';
import type { Flaw } from '../shared/errors.ts';
import type { AgentMood } from '../testing/agent-stand.ts';
import type { VirtualPhone } from '../testing/virtual-phone.ts';

/** An entity that is edited and not saved yet; null: as if it were removed. */
export interface UnsavedEntity {
  readonly kind: KindName;
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>> | null;
}

/** What is tried in place of what holds. */
export interface Draft {
  /** The version of the hotline, as it is stored (JSON). */
  readonly version?: string | undefined;
  /** In place of the flow of the hotline, or of that version. */
  readonly flow?: unknown;
  readonly entities?: readonly UnsavedEntity[] | undefined;
}

/** Which state of what companies have set up, and of the hotlines of TypeScript files, is meant: told apart only. */
export interface Stamp {
  readonly companies: number;
  readonly files: number;
}

/** On which hotline, of whom. */
export interface Plans {
  readonly stamp: Stamp;
  readonly tenant: string;
  /** A number that leads to it. */
  readonly hotline: string;
  readonly draft: Draft;
}

/** Answers an `http` node whose URL begins so: nothing is asked outside. */
export interface StubbedAnswer {
  readonly url: string;
  /** Default 200. */
  readonly status?: number | undefined;
  /** JSON. */
  readonly body?: unknown;
}

/** Whom the caller is taken for by the rules of the hotline, whatever his number. */
export type CallerAs = 'vip' | 'blacklisted' | 'whitelisted';

/** The caller is on a list by its table of numbers (名单号码). */
export interface TableHit {
  readonly list: string;
  readonly reason: string | undefined;
  readonly owner: string | undefined;
}

export interface SimulationOrder {
  readonly do: 'simulate';
  readonly plans: Plans;
  readonly from: string;
  /** Left out: whom his number is of. */
  readonly as?: CallerAs | undefined;
  /** On which lists tables have him: those stay with the calls. */
  readonly listed?: readonly TableHit[];
  /** Left out: the company's first trunk, or the shared one that it may use. */
  readonly trunk?: string | undefined;
  /** Ms since 1970. */
  readonly at: number;
  /** One input for each question. */
  readonly keys: readonly string[];
  readonly agents: Readonly<Record<string, AgentMood>>;
  readonly phones: Readonly<Record<string, VirtualPhone>>;
  readonly switches: readonly string[];
  readonly http: readonly StubbedAnswer[];
  readonly hangUpAfterMs?: number | undefined;
  readonly seed?: number | undefined;
  /** Numbers are masked in what comes of it (号码防火墙). */
  readonly masked: boolean;
}

/** Where a simulated call went, in the words of `pbx400 simulate`. */
export interface SimulationAnswer {
  readonly hotline: string | null;
  readonly called: string;
  readonly caller: string;
  readonly at: number;
  readonly area: string | null;
  readonly carrier: string | null;
  readonly path: readonly {
    readonly step: string;
    readonly why: string;
    readonly afterMs: number;
    /** Pointer into the hotline; null: before, between or behind its nodes. */
    readonly node: string | null;
  }[];
  /** Pointers to the nodes in the order entered. */
  readonly nodes: readonly string[];
  /** Prompts by name, in the order heard. */
  readonly heard: readonly string[];
  readonly keys: readonly { readonly purpose: string; readonly digits: string }[];
  readonly rung: readonly Pick<CdrTarget, 'target' | 'outcome' | 'ringMs'>[];
  readonly end: {
    readonly cause: string;
    readonly by: string;
    readonly afterMs: number;
    readonly isAnswered: boolean;
    readonly agent: string | null;
    readonly survey: string | null;
    readonly mailbox: string | null;
    readonly callbackQueue: string | null;
    /** It went on and on: the caller was taken out of it. */
    readonly isCut: boolean;
  };
  readonly statuses: readonly number[];
  /** All of it for people. */
  readonly text: string;
}

/** The calls of the past of a hotline, the newest, taken through what is tried. */
export interface ReplayOrder {
  readonly do: 'replay';
  readonly plans: Plans;
  /** Main number: by it the records are found. */
  readonly number: string;
  /** At most so many. */
  readonly last: number;
  /** Ms since 1970, from ... to before; left out: any. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly http: readonly StubbedAnswer[];
  readonly masked: boolean;
}

/** The ways that the calls of a hotline took. */
export interface WaysOrder {
  readonly do: 'ways';
  readonly tenant: string;
  /** Main number: by it the records are found. */
  readonly number: string;
  /** Ms since 1970: those that began then or later. */
  readonly from: number;
}

/** Ways that calls took, by the steps of their records. */
export interface WaysAnswer {
  readonly calls: number;
  /** There are more: these are the newest. */
  readonly isCut: boolean;
  /** The most frequent first, numbers masked. */
  readonly ways: readonly { readonly steps: readonly string[]; readonly calls: number }[];
  /** Calls that took other ways yet. */
  readonly others: number;
}

/** What came of a replay: counts, and what is for the file. */
export interface ReplayAnswer {
  readonly result: ReplayResult;
  /** JSON of the sums: changes, routes, edges. */
  readonly sums: string;
}

export interface ReplayResult {
  readonly calls: number;
  readonly same: number;
  readonly otherwise: number;
  /** The old way is not known. */
  readonly unknown: number;
  /** They could not be simulated. */
  readonly failed: number;
  /** The most frequent changes, numbers masked. */
  readonly changes: readonly BranchChange[];
}

/** At a step the calls went one way before, and go another now. */
export interface BranchChange {
  readonly at: string;
  readonly before: string;
  readonly after: string;
  readonly calls: number;
}

/** Why it came to nothing. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly flaws?: readonly Flaw[] | undefined;
}

export type Order = SimulationOrder | ReplayOrder | WaysOrder;

/** What the thread says of the order that it works at. */
export type Notice =
  /** Of a replay: calls as JSON texts. */
  | {
      readonly tell: 'part';
      readonly calls: readonly string[];
      readonly done: number;
      readonly total: number;
    }
  | { readonly tell: 'done'; readonly answer: unknown }
  | { readonly tell: 'refused'; readonly refusal: Refusal }
  /** A fault of ours. */
  | { readonly tell: 'failed'; readonly error: Error };
