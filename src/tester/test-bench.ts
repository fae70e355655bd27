/** Where simulations are run, in their thread: what is installed, read again when it has changed. */
import { maskedCdr } from '../cdr/masked-cdr.ts';
import type { Config } from '../config/config.ts';
import { loadFiles } from '../dialplan/load/load-files.ts';
import type { Hotline } from '../dialplan/node/hotline.ts';
import type { AgentOrder } from '../dialplan/write/agent-order.ts';
import { normaliseCaller } from '../numbering/number.ts';
import { NumberLists } from '../numbering/number-list.ts';
import { NumberSet } from '../numbering/number-set.ts';
import { readCompanies } from '../open-companies.ts';
import { ChangeRefused } from '../provisioning/check/mistake.ts';
import type { Snapshot } from '../provisioning/snapshot.ts';
import { systemClock } from '../shared/clock.ts';
import { asError, ConfigError, PbxError } from '../shared/errors.ts';
import { systemIds } from '../shared/ids.ts';
import { maskedNumber, wholeNumber } from '../shared/masked-number.ts';
import { pointerTo } from '../shared/path.ts';
import { inOrder } from '../testing/key-presser.ts';
import { renderSimulation } from '../testing/render-simulation.ts';
import { type PastCall, type Replayed, type ReplayPlans, replayCall } from '../testing/replay.ts';
import { type Simulation, type SimulationOptions, simulate } from '../testing/simulate.ts';
import { catalogueOf } from '../testing/virtual-world.ts';
import { knownBy } from './caller-as.ts';
import { companyView, drafted, flawAt, storedAt, trunkOf } from './company-view.ts';
import { pastCallsOf, stepsOf } from './past-calls.ts';
import { ReplaySums } from './replay-sums.ts';
import { stubbed } from './stubbed-answers.ts';
import type {
  Plans,
  ReplayAnswer,
  ReplayOrder,
  SimulationAnswer,
  SimulationOrder,
  WaysAnswer,
  WaysOrder,
} from './test-order.ts';
import { MAX_CALLS, waySums } from './way-sums.ts';

/** Facts of a call, with those of who is rung: two hours in a menu are some hundreds. */
const MAX_FACTS = 5000;
/** A company's lists are made ready once for this many states of it. */
const MAX_VIEWS = 20;

/** What a simulation of a company needs besides the call. */
export type Ground = Pick<SimulationOptions, 'config' | 'companies' | 'orders' | 'lists'> & {
  readonly hotlines: readonly Hotline[];
};

interface Files {
  readonly hotlines: readonly Hotline[];
  readonly orders: readonly AgentOrder[];
}

interface View {
  readonly snapshot: Snapshot;
  readonly lists: NumberLists;
}

export class TestBench {
  readonly #config: Config;
  #companies: { readonly stamp: number; readonly read: Promise<Snapshot> } | undefined;
  #files: { readonly stamp: number; readonly read: Promise<Files> } | undefined;
  /** By company. */
  readonly #views = new Map<string, View>();

  constructor(config: Config) {
    this.#config = config;
  }

  /** Throws PbxError for what keeps the call from being simulated. */
  async simulate(order: SimulationOrder): Promise<SimulationAnswer> {
    const { plans, from, as, at, agents, phones, switches, hangUpAfterMs, seed } = order;
    const answer = await this.on(plans, async (ground) => {
      const main = mainOf(ground, plans.hotline);
      return await simulate({
        ...ground,
        ...(order.listed && { lists: listed(ground.companies, plans.tenant, from, order.listed) }),
        ...(as !== undefined && knownBy(ground, main, from, as)),
        called: plans.hotline,
        from,
        at,
        trunk: trunkOf(ground.companies, order.trunk),
        answers: inOrder(order.keys),
        agents,
        phones,
        switches,
        fetch: stubbed(order.http),
        maxFacts: MAX_FACTS,
        ...(hangUpAfterMs !== undefined && { hangUpAfterMs }),
        ...(seed !== undefined && { seed }),
      });
    });
    const shown = order.masked ? { ...answer, cdr: maskedCdr(answer.cdr) } : answer;
    return answerOf(shown, this.#config.timeZone);
  }

  /** Replays the newest calls of a hotline; `tell` has each of them as JSON. Throws PbxError as {@link simulate}. */
  async replay(
    order: ReplayOrder,
    tell: (call: string, done: number, total: number) => void,
  ): Promise<ReplayAnswer> {
    const show = order.masked ? maskedNumber : wholeNumber;
    return await this.on(order.plans, async (ground) => {
      const calls = await pastCallsOf(this.#config, order);
      const sums = new ReplaySums(show);
      const plans = { ...ground, fetch: stubbed(order.http) };
      for (const [index, call] of calls.entries())
        tell(JSON.stringify(sums.add(call, await replayedOf(call, plans))), index + 1, calls.length);
      return sums.answer();
    });
  }

  /** The ways that the calls of a hotline took. */
  async ways(order: WaysOrder): Promise<WaysAnswer> {
    return await waySums(stepsOf(this.#config, order, MAX_CALLS + 1));
  }

  /** Does something on the plans of a company, with what is tried in them. What is wrong is told with pointers into the draft. */
  async on<Result>(
    { stamp, tenant, hotline, draft }: Plans,
    act: (ground: Ground) => Promise<Result>,
  ): Promise<Result> {
    const all = await this.#companiesAt(stamp.companies);
    const first = all.all('tenant')[0]?.id;
    const files = await this.#filesAt(stamp.files);
    const isIts = (one: { readonly tenant?: string | undefined }) => (one.tenant ?? first) === tenant;
    const before = this.#viewOf(all, tenant);
    const { names } = catalogueOf(this.#config);
    const { view, pointers } = drafted(before.snapshot, tenant, hotline, draft, new Set(names));
    const isThere =
      storedAt(view, hotline) ?? files.hotlines.find((one) => isIts(one) && hasNumber(one, hotline));
    if (!isThere) throw new PbxError('not-found', `there is no hotline ${hotline}`);
    const touchesLists = draft.entities?.some(({ kind }) => kind === 'list');
    const ground = {
      config: this.#config,
      companies: view,
      hotlines: files.hotlines.filter(isIts),
      orders: files.orders.filter(isIts),
      ...(!touchesLists && { lists: before.lists }),
    };
    try {
      return await act(ground);
    } catch (error) {
      if (error instanceof ChangeRefused) {
        const flaws = error.mistakes.map((mistake) => flawAt(mistake, pointers));
        const text = flaws.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('\n');
        throw new PbxError('change-refused', text, { flaws, cause: error });
      }
      if (!(error instanceof ConfigError)) throw error;
      const text = error.fix === undefined ? error.message : `${error.message}; ${error.fix}`;
      throw new PbxError('cannot-simulate', text, { cause: error });
    }
  }

  #viewOf(all: Snapshot, tenant: string): View {
    let view = this.#views.get(tenant);
    if (!view) {
      const snapshot = companyView(all, tenant);
      view = { snapshot, lists: new NumberLists(snapshot.all('list')) };
      if (this.#views.size >= MAX_VIEWS) this.#views.clear();
      this.#views.set(tenant, view);
    }
    return view;
  }

  async #companiesAt(stamp: number): Promise<Snapshot> {
    if (this.#companies?.stamp !== stamp) {
      this.#views.clear();
      const read = readCompanies(this.#config, { clock: systemClock, ids: systemIds });
      this.#companies = { stamp, read };
    }
    return await this.#companies!.read;
  }

  async #filesAt(stamp: number): Promise<Files> {
    if (this.#files?.stamp !== stamp) this.#files = { stamp, read: readFiles(this.#config) };
    return await this.#files!.read;
  }
}

/** One that cannot be simulated is told with its reason: the others go on. What is wrong with the plans ends all. */
async function replayedOf(call: PastCall, plans: ReplayPlans): Promise<Replayed | Error> {
  try {
    return await replayCall(call, plans);
  } catch (error) {
    if (error instanceof ChangeRefused || error instanceof ConfigError) throw error;
    return asError(error);
  }
}

/** The company's lists, with a caller on those whose tables have him. */
function listed(
  companies: Snapshot,
  tenant: string,
  from: string,
  hits: NonNullable<SimulationOrder['listed']>,
): NumberLists {
  const lists = new NumberLists(companies.all('list'));
  for (const { list, reason, owner } of hits) {
    const numbers = new NumberSet();
    numbers.add(normaliseCaller(from), { reason, owner });
    lists.keep(tenant, list, numbers);
  }
  return lists;
}

/** Main number of the hotline that a number leads to. */
const mainOf = ({ companies, hotlines }: Ground, number: string): string =>
  storedAt(companies, number)?.number ?? hotlines.find((each) => hasNumber(each, number))?.number ?? number;

const hasNumber = ({ number, aliases }: Hotline, called: string) =>
  number === called || (aliases?.includes(called) ?? false);

async function readFiles({ dialplanDir }: Config): Promise<Files> {
  const { loaded, orders, mistakes } = await loadFiles(dialplanDir);
  if (mistakes[0]) throw mistakes[0];
  return { hotlines: loaded.map(({ value }) => value as Hotline), orders };
}

function answerOf(simulation: Simulation, timeZone: string): SimulationAnswer {
  const { cdr, heard, statuses, isCut, nodes, stepNodes } = simulation;
  return {
    hotline: cdr.hotline,
    called: cdr.called,
    caller: cdr.caller,
    at: cdr.startedAt,
    area: cdr.area,
    carrier: cdr.carrier,
    path: cdr.path.map(({ step, why, at }, index) => {
      const node = stepNodes[index];
      return { step, why, afterMs: at - cdr.startedAt, node: node ? pointerTo(node) : null };
    }),
    nodes: nodes.map(pointerTo),
    heard,
    keys: cdr.keys.map(({ purpose, digits }) => ({ purpose, digits })),
    rung: cdr.targets.map(({ target, outcome, ringMs }) => ({ target, outcome, ringMs })),
    end: {
      cause: cdr.cause,
      by: cdr.endedBy,
      afterMs: cdr.durationMs,
      isAnswered: cdr.answeredAt !== null,
      agent: cdr.agent,
      survey: cdr.surveyDigit,
      mailbox: cdr.voicemail?.box ?? null,
      callbackQueue: cdr.callback?.queue ?? null,
      isCut,
    },
    statuses,
    text: renderSimulation(simulation, timeZone),
  };
}
