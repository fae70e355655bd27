/** The HTTP API on a store in memory, and people who sign in to it. */
import { Auth } from '../../src/auth/auth.ts';
import type { User } from '../../src/auth/auth-store.ts';
import type { Companies } from '../../src/auth/companies.ts';
import { Passwords } from '../../src/auth/passwords.ts';
import { NO_PHONES, type PhoneSecrets } from '../../src/auth/phone-credentials.ts';
import { Holidays } from '../../src/calendar/holidays.ts';
import { calendarBoard } from '../../src/calendar-board.ts';
import { type CallsUnderWay, callNotes, missedCalls } from '../../src/call-board.ts';
import { RunningCalls } from '../../src/cdr/running-calls.ts';
import { flowBoard } from '../../src/flow-board.ts';
import { hotlineBoard } from '../../src/hotline-board.ts';
import { buildHttp, type HttpParts } from '../../src/http/build-http.ts';
import type { EntityBoard } from '../../src/http/routes/entities.ts';
import { Jobs, type JobsParts } from '../../src/job/jobs.ts';
import { listNumberBoard } from '../../src/list-number-board.ts';
import { fileLinks } from '../../src/open-jobs.ts';
import { ladderBoard } from '../../src/open-ladder.ts';
import { recordingBoard } from '../../src/open-recordings.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import { FlowEditors } from '../../src/provisioning/version/flow-editors.ts';
import {
  HotlineVersions,
  type HotlineVersionsParts,
} from '../../src/provisioning/version/hotline-versions.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { PbxError } from '../../src/shared/errors.ts';
import { TypedEvents } from '../../src/shared/events.ts';
import { seededIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { ManualClock } from '../../src/shared/manual-clock.ts';
import { Refusal } from '../../src/shared/refusal.ts';
import { SecretBox } from '../../src/shared/secret-box.ts';
import type { MemoryStore } from '../../src/store/memory/memory-store.ts';
import { EventFeed } from '../../src/stream/feed.ts';
import { Streams } from '../../src/stream/streams.ts';
import { Messages } from '../../src/voicemail/messages.ts';
import { Wallboards, type WallboardsParts } from '../../src/wallboard/wallboards.ts';
import { Post } from '../../src/webhook/post.ts';
import { Webhooks } from '../../src/webhook/webhooks.ts';
import { AgentTasks } from '../../src/workspace/agent-tasks.ts';
import { directoryOf, playableOf } from '../../src/workspace/directory.ts';
import { SavedViews } from '../../src/workspace/saved-views.ts';
import { type ScreenParts, Screens } from '../../src/workspace/screens.ts';

export const TOKEN = 'a-token-of-the-operator';
/** Headers of who has the operator's token. */
export const AS_OPERATOR = { authorization: `Bearer ${TOKEN}` };

export interface AuthOptions {
  readonly clock?: Clock;
  readonly firstPassword?: string;
  readonly companies?: ReadonlySet<string>;
  /** Agents that each company has, all of one department. */
  readonly agents?: ReadonlySet<string>;
  readonly departments?: ReadonlySet<string>;
  /** Companies of each. */
  readonly resellers?: Readonly<Record<string, readonly string[]>>;
  /** In place of that one department. */
  readonly organisation?: Partial<Companies>;
  readonly phones?: PhoneSecrets;
  readonly box?: SecretBox;
}

/** Who may sign in, in a store; companies `a` and `b`. */
export function authOf(
  store: MemoryStore,
  {
    clock = new ManualClock(),
    firstPassword = '/dev/null/none',
    companies = new Set(['a', 'b']),
    resellers = {},
    agents = new Set(),
    departments = new Set(),
    organisation = {},
    phones = NO_PHONES,
    box = new SecretBox('a key of thirty-two characters ...'),
  }: AuthOptions = {},
): Auth {
  return new Auth({
    store: store.auth,
    passwords: new Passwords(CHEAP),
    tell: (note) => store.audit.append(note),
    companies: {
      has: (tenant) => companies.has(tenant),
      ofReseller: (name) => resellers[name],
      hasAgent: (_tenant, agent) => agents.has(agent),
      extensionOf: (_tenant, agent) => (agents.has(agent) ? agent : undefined),
      hasDepartment: (_tenant, department) => departments.has(department),
      agentsIn: () => [...agents],
      departmentOf: ({ department }) => department,
      isAtTop: ({ department }) => department === undefined,
      departmentsOf: ({ department }, reach) =>
        new Set(reach === 'own' || department === undefined ? [] : [department]),
      reachedBy: ({ agent, department }, reach) => {
        const ofDepartment = reach === 'own' || department === undefined ? [] : [...agents];
        return {
          agents: new Set([...ofDepartment, ...(agent === undefined ? [] : [agent])]),
          extensions: new Set(),
        };
      },
      ...organisation,
    },
    box,
    phones,
    firstPassword,
    clock,
    ids: seededIds(),
    log: silentLogger,
  });
}

/** Long work, in a store; a test that has files of it names its folder. */
export function jobsOn(store: MemoryStore, parts: Partial<JobsParts> = {}): Jobs {
  const folder = '/dev/null/none';
  return new Jobs({
    store: store.jobs,
    folder,
    clock: new ManualClock(),
    ids: seededIds(),
    log: silentLogger,
    ...parts,
  });
}

/** Event streams of a store, without queues. */
export function streamsOn(store: MemoryStore, clock: Clock = new ManualClock()): Streams {
  const gauges = { events: new TypedEvents<{ changed: { tenantId: string } }>(), of: () => [] };
  return new Streams({ feed: new EventFeed(store.events), gauges, clock, log: silentLogger });
}

const nothing = async () => {};
/** Nothing is set up. */
export const NO_ENTITIES: EntityBoard = {
  list: () => [],
  find: () => undefined,
  lastChanges: async () => new Map(),
  history: async () => [],
  usedBy: () => Promise.resolve([]),
  shown: (_, value) => value,
  change: nothing,
  check: nothing,
};

/** Parts of the API that are not empty. */
export interface HttpOptions extends Partial<Omit<HttpParts, 'calls'>> {
  readonly calls?: Partial<HttpParts['calls']>;
  /** Calls whose records are not stored yet. */
  readonly underWay?: CallsUnderWay;
}

async function noImport(): Promise<never> {
  throw new PbxError('not-found', 'there is no such import');
}
const NO_IMPORTS = {
  ...{ preview: noImport, previewOf: noImport, rows: noImport, run: noImport },
  ...{ edit: noImport, changes: noImport },
};

const NO_CHANGES = { list: async () => [], find: noImport, items: async () => [], undo: noImport };

async function noPrompt(): Promise<never> {
  throw new PbxError('not-found', 'there is no such prompt');
}
const NO_PROMPTS = {
  versions: noPrompt,
  audio: noPrompt,
  peaks: noPrompt,
  level: noPrompt,
  restore: noPrompt,
  upload: noPrompt,
  say: noPrompt,
  trim: noPrompt,
  record: noPrompt,
  speech: noPrompt,
};

/** Versions of hotlines, of which no company has any unless the test brings its own. */
export function versionsOn(
  store: MemoryStore,
  companies: HotlineVersionsParts['companies'] = NOTHING_SET_UP,
) {
  return new HotlineVersions({
    companies,
    store: store.hotlineVersions,
    clock: new ManualClock(),
    audit: (entry) => store.audit.append(entry),
    onTried: () => {},
  });
}

const NOTHING_SET_UP: HotlineVersionsParts['companies'] = {
  provisioning: new Provisioning([]),
  placeOf: () => undefined,
  apply: async () => [],
  plan: async () => [],
};

/** Webhooks in a store, which are sent by nobody: `answer` is what a receiver says to a test or a replay. */
export function webhooksOn(store: MemoryStore, answer = 200): Webhooks {
  const clock = new ManualClock();
  const ask = async () => ({ status: answer, headers: {}, body: Buffer.alloc(0), isWhole: true });
  return new Webhooks({
    store: store.webhooks,
    feed: new EventFeed(store.events),
    post: new Post({ ask }, clock),
    couriers: { changed: () => {} },
    hasCompany: () => true,
    checkUrl: () => {},
    tell: (note) => store.audit.append(note),
    clock,
    ids: seededIds(),
  });
}

/** What agents have in hand: nothing, unless a test says so. */
export function workspaceOn(
  store: MemoryStore,
  {
    provisioning = new Provisioning([]),
    inHand = new Map(),
    agents = new Set(),
    clock = new ManualClock(),
  }: {
    readonly provisioning?: ScreenParts['provisioning'];
    readonly inHand?: ReadonlyMap<string, string | undefined>;
    readonly agents?: ReadonlySet<string>;
    readonly clock?: Clock;
  } = {},
): Pick<HttpParts, 'screens' | 'tasks' | 'views' | 'directory' | 'playable'> {
  const { cdrs, workspace } = store;
  const running = () => undefined;
  return {
    screens: new Screens({
      drafted: () => {},
      ...{ cdrs, running, isRunning: () => false, store: workspace, provisioning, clock },
      inHand: () => inHand,
      placesOf: () => ['广东深圳', '深圳', '0755', '广东', '华南'],
    }),
    tasks: new AgentTasks({
      ...{ store: workspace, cdrs, running, clock, ids: seededIds() },
      inHand: () => inHand,
      hasAgent: (_tenant, agent) => agents.has(agent),
    }),
    views: new SavedViews({
      store: store.views,
      tell: (note) => store.audit.append(note),
      ...{ clock, ids: seededIds() },
    }),
    playable: (tenant) => playableOf(provisioning, tenant),
    directory: (tenant) =>
      directoryOf(
        { provisioning, agents: () => new Map(), queues: () => [], period: () => undefined },
        tenant,
      ),
  };
}

/** Wallboards of which no company has any, unless the test brings its own. */
export function wallboardsOn(store: MemoryStore, parts: Partial<WallboardsParts> = {}): Wallboards {
  return new Wallboards({
    provisioning: new Provisioning([]),
    links: store.wallboardLinks,
    figures: { of: async (_, wishes) => wishes.map(() => null) },
    timeZone: 'Asia/Shanghai',
    tell: (note) => store.audit.append(note),
    clock: new ManualClock(),
    ids: seededIds(),
    ...parts,
  });
}

/** The API; what `parts` does not name is empty. */
export function httpOn(
  store: MemoryStore,
  { calls, underWay, ...parts }: HttpOptions = {},
): ReturnType<typeof buildHttp> {
  return buildHttp({
    token: TOKEN,
    auth: authOf(store),
    audit: store.audit,
    answers: store.answers,
    clock: new ManualClock(),
    jobs: jobsOn(store),
    fileLinks: fileLinks(parts.jobs ?? jobsOn(store), {
      clock: parts.clock ?? new ManualClock(),
      ids: seededIds(),
      tell: (note) => store.audit.append(note),
    }),
    streams: streamsOn(store, parts.clock),
    imports: NO_IMPORTS,
    supportBundles: { start: noImport },
    numberImports: NO_IMPORTS,
    numberExports: { start: noImport },
    changes: NO_CHANGES,
    recordingExports: { start: noImport },
    exports: { entities: noImport, users: noImport, calls: noImport },
    entities: NO_ENTITIES,
    listNumbers: listNumberBoard({
      store: store.listNumbers,
      kept: store.listNumbers,
      provisioning: new Provisioning([]),
      tell: (entry) => store.audit.append(entry),
      clock: new ManualClock(),
    }),
    sharedTables: {
      holidays: () => ({ source: null, date: null, knownTo: 2026, years: [] }),
      takeHolidays: noImport,
      segments: () => ({ version: 'x', source: null, date: null, segments: 0, share: 0, prefixes: [] }),
      areaOf: (number) => ({ number, form: 'none', segment: null, area: null, carrier: null }),
      checkSegments: noImport,
      takeSegments: noImport,
    },
    calendars: calendarBoard({
      provisioning: new Provisioning([]),
      holidays: new Holidays(),
      timeZone: 'Asia/Shanghai',
    }),
    phonePasswords: { renew: () => Promise.reject(new PbxError('not-found', 'there is no such extension')) },
    webhooks: webhooksOn(store),
    wallboards: wallboardsOn(store),
    cdrs: store.cdrs,
    calls: {
      originate: () => ({ id: 'c1' }),
      running: () => [],
      runningCall: () => undefined,
      hangUp: () => false,
      ...calls,
    },
    missedCalls: missedCalls(store, new Provisioning([]), { clock: new ManualClock() }),
    callNotes: callNotes(
      store,
      new Provisioning([]),
      { clock: new ManualClock(), ids: seededIds() },
      underWay ?? { running: new RunningCalls(store.journal, () => true), calls: new Map() },
    ),
    ...workspaceOn(store),
    desk: {
      act: () => Promise.reject(new Refusal('no-such-agent', 'there is no agent')),
      supervise: () => Promise.reject(new Refusal('no-such-agent', 'there is no agent')),
      supervising: () => undefined,
      talkersIn: () => [],
      stateOf: () => undefined,
    },
    desks: { desk: async () => undefined },
    help: { asks: () => [] },
    faults: {
      report: () => Promise.reject(new PbxError('too-large', 'no report is taken')),
      list: async () => [],
      read: () => Promise.reject(new PbxError('not-found', 'there is no fault report')),
      close: () => Promise.reject(new PbxError('not-found', 'there is no fault report')),
    },
    callbacks: {
      list: async () => [],
      promiseNumber: async () => Promise.reject(new Refusal('no-such-queue', 'there is no queue')),
      withdraw: async () => false,
      hurry: () => false,
    },
    counters: store.counters,
    timeZone: 'Asia/Shanghai',
    acd: {
      agents: async () => [],
      queues: async () => [],
      queue: async () => undefined,
      callers: () => [],
    },
    switches: {
      switches: () => [],
      peakSwitch: () => undefined,
      turn: async (wish) => ({ ...wish, until: null, peakOf: [] }),
    },
    bans: { bans: () => [], lift: async () => false },
    trunks: { trunks: () => [], setUp: async () => undefined },
    extensionPhones: { phones: () => undefined },
    hotlineChannels: {
      channels: () => ({ since: '', trunks: 0, items: [], next: null }),
      allot: () => {
        throw new PbxError('not-found', 'there is no such hotline');
      },
    },
    trunkWatch: {
      watch: () => undefined,
      probes: () => undefined,
      failures: () => undefined,
      trial: () => {
        throw new PbxError('not-found', 'there is no such trunk');
      },
    },
    nodes: { nodes: () => [] },
    prompts: NO_PROMPTS,
    notReady: () => [],
    recordings: recordingBoard(
      store,
      {
        audio: async () => undefined,
        delete: async () => false,
        peaks: async () => undefined,
        uses: () => false,
      },
      { clock: new ManualClock(), ids: seededIds() },
    ),
    voicemails: new Messages<never, never>({
      store,
      files: { audio: async () => undefined, delete: async () => false, peaks: async () => undefined },
      provisioning: new Provisioning([]),
      clock: new ManualClock(),
    }),
    ladders: ladderBoard(undefined, { timeZone: 'Asia/Shanghai' }),
    hotlineVersions: hotlineBoard(versionsOn(store), { misshapen: () => [] }),
    flows: flowBoard({
      companies: { provisioning: new Provisioning([]), placeOf: () => undefined },
      hotlines: { plans: [], route: () => undefined, review: () => [] },
      versions: versionsOn(store),
      editors: new FlowEditors(new ManualClock()),
    }),
    simulations: {
      simulate: () => Promise.reject(new PbxError('not-found', 'there is no such hotline')),
    },
    testCalls: { begin: () => Promise.reject(new PbxError('not-found', 'there is no such hotline')) },
    replays: {
      replay: () => Promise.reject(new PbxError('not-found', 'there is no such hotline')),
      ways: () => Promise.reject(new PbxError('not-found', 'there is no such hotline')),
    },
    metrics: () => [],
    disk: () => 'ok',
    state: () => 'ok',
    logger: silentLogger,
    ...parts,
  });
}

export const PASSWORD = 'correct horse battery';
/** Hundreds sign in in a test. */
const CHEAP = { memoryKib: 64, passes: 1 };
let hash: Promise<string> | undefined;

/** Adds somebody who has {@link PASSWORD}. */
export async function person(
  store: MemoryStore,
  login: string,
  { tenantId = 'a', roles = ['company-admin'], ...more }: Partial<User> = {},
): Promise<void> {
  hash ??= new Passwords(CHEAP).hash(PASSWORD);
  await store.auth.users.add({
    id: `${login}-${tenantId}`,
    tenantId,
    login,
    name: login,
    roles,
    isActive: true,
    agent: undefined,
    department: undefined,
    password: await hash,
    mustChange: false,
    secondFactor: undefined,
    reseller: undefined,
    createdAt: 0,
    revision: 1,
    ...more,
  });
}

/** Headers of who is signed in. */
export interface SignedIn extends Readonly<Record<string, string>> {
  readonly cookie: string;
  readonly 'pbx-csrf': string;
}

/** Signs in with {@link PASSWORD}. */
export async function signIn(
  app: ReturnType<typeof buildHttp>,
  login: string,
  tenant = 'a',
  password = PASSWORD,
): Promise<SignedIn> {
  const payload = { login, password, tenant };
  const response = await app.inject({ method: 'POST', url: '/api/v1/session', payload });
  if (response.statusCode !== 201) throw new Error(`not signed in: ${response.body}`);
  const [cookie] = response.cookies;
  return { cookie: `${cookie!.name}=${cookie!.value}`, 'pbx-csrf': response.json().csrf };
}
