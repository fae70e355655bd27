import type { Server } from 'node:https';
import { join } from 'node:path';
import { INPUTS_FOLDER, InputLog } from './acd/input-log.ts';
import { acdAnswers, acdBoard } from './acd-board.ts';
import { operatorAnswers } from './auth/operator-answers.ts';
import {
  banBoard,
  boardAnswers,
  journalHealth,
  limitAnswers,
  nodeHealth,
  switchBoard,
  trunkBoard,
} from './boards.ts';
import { actingDesk, callBoard } from './call-board.ts';
import { AskTally } from './cdr/ask-tally.ts';
import { lastAgentOf } from './cdr/last-agent.ts';
import type { Config } from './config/config.ts';
import { createSip } from './create-sip.ts';
import type { SipEdge } from './edge/edge.ts';
import { entityBoard } from './entity-board.ts';
import { hotlineBoard } from './hotline-board.ts';
import { buildHttp, listenHttp } from './http/build-http.ts';
import { FreeSpace } from './keeping/free-space.ts';
import { keepingAnswers } from './keeping/keeping-answers.ts';
import { RetentionJob } from './keeping/retention-job.ts';
import { EmbeddedMediaEngine } from './media/embedded/embedded-media-engine.ts';
import type { MediaEngine } from './media/media.ts';
import { NullMediaEngine } from './media/null/null-engine.ts';
import { mediaLimits } from './media-limits.ts';
import { SERVICE_LEVEL_MS } from './metric/today.ts';
import { metricsOf } from './metrics.ts';
import { nodeBoard, notReady } from './node-board.ts';
import { openAuth } from './open-auth.ts';
import { openCompanies, proveNewCompanies } from './open-companies.ts';
import { openHotlineVersions } from './open-hotline-versions.ts';
import { openHotlines } from './open-hotlines.ts';
import { openJobs } from './open-jobs.ts';
import { callerMemory, openOutsideUse, openPhoneSettings, openStandings, openSwitches } from './open-kept.ts';
import { ladderAnswers, ladderBoard, openLadders } from './open-ladder.ts';
import { openPrompts } from './open-prompts.ts';
import { recordingBoard } from './open-recordings.ts';
import { openStreams } from './open-streams.ts';
import { OpenTables, takeOverTables } from './open-tables.ts';
import { openWebhooks } from './open-webhooks.ts';
import { CheckedOutbound } from './outbound/checked-outbound.ts';
import { Pbx } from './pbx.ts';
import { PromptCatalogue } from './prompt/prompt-catalogue.ts';
import { applyAnswers } from './provisioning/control/answer-apply.ts';
import { ControlServer } from './provisioning/control/control-server.ts';
import { CONTROL_SOCKET } from './provisioning/control/protocol.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { RECORDINGS_FOLDER } from './recording/recording.ts';
import { RecordingArchive } from './recording/recording-archive.ts';
import { Registrar } from './registrar/registrar.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { ClosedError } from './shared/errors.ts';
import { setListenerErrorHandler } from './shared/events.ts';
import { type IdSource, systemIds } from './shared/ids.ts';
import { createLogger, type Logger } from './shared/logger.ts';
import { PACKAGE } from './shared/own-package.ts';
import { roomOf } from './shared/room-of.ts';
import { logStrayFailures } from './shared/stray-failures.ts';
import { TlsIdentity } from './shared/tls-identity.ts';
import { followChanges } from './store/follow-changes.ts';
import { openStore } from './store/open-store.ts';
import { type AuditEntry, type SharedTopic, type Store, StoreError } from './store/store.ts';
import { waitForDatabase } from './store/wait-for-database.ts';

/** A PBX that takes calls. */
export interface RunningPbx {
  /** Where it listens, `udp:127.0.0.1:5060`. */
  readonly sip: readonly string[];
  /** `http://127.0.0.1:8400` */
  readonly http: string;
  /** Reads the certificates again (SIGHUP). Throws ConfigError and keeps the old ones when they are not good. */
  reload(): void;
  /** Takes no new calls, waits for those in progress, then closes everything. Idempotent. */
  stop(): Promise<void>;
  /** Ends the calls in progress: a BYE to everybody, their records and recordings completed. `stop` waits no longer. */
  endCalls(): void;
}

/** Calls in progress get so long to end when the PBX stops. */
const DRAIN_LIMIT_MS = 3_600_000;

/** What every room is given. */
interface Services {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** What was opened, to be closed in the opposite order. */
class OpenRooms {
  readonly #closes: (() => Promise<unknown> | unknown)[] = [];

  add(close: () => Promise<unknown> | unknown): void {
    this.#closes.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closes.splice(0).reverse()) await close();
  }
}

/**
 * The composition root: builds the engine from its configuration and opens it, from the inside out, so that no call
 * arrives before everything can take it. When a step fails, what was open is closed and the error thrown.
 */
export async function startPbx(config: Config): Promise<RunningPbx> {
  const logger = createLogger(config.logLevel);
  setListenerErrorHandler((err, event) => logger.error({ err, event }, 'a listener failed'));
  const open = new OpenRooms();
  open.add(logStrayFailures(logger));
  try {
    const services = { clock: systemClock, ids: systemIds, logger };
    return await openDoors(config, services, open, await openRooms(config, services, open));
  } catch (error) {
    await open.close();
    throw error;
  }
}

/** All that stands behind the ports, ready for calls. */
async function openRooms(config: Config, services: Services, open: OpenRooms) {
  const { clock, ids, logger } = services;
  const prompts = new PromptCatalogue(config.promptDirs, config.language);
  const store = await waitForDatabase(async () => {
    await proveNewCompanies(config, { clock, ids });
    return await openStore(config.store, {
      nodeId: config.nodeId,
      clock,
      logger,
      waiting: config.journal,
      lastResort: (lines) => void process.stderr.write(lines),
    });
  }, services);
  open.add(() => store.close());
  const companies = await openCompanies(config, store, prompts.names, services);
  open.add(() => companies.close());
  const { provisioning } = companies;
  const switches = await openSwitches(config, store, services);
  const tables = new OpenTables(config.dataDir, provisioning, services);
  open.add(() => tables.close());
  const { areas, holidays } = tables;
  const outbound = new CheckedOutbound({ allow: config.http.outbound.allow, clock });
  open.add(() => outbound.close());
  const parts = { prompts, areas, holidays, switches: switches.on, outbound, ...services };
  const hotlines = await openHotlines(config, companies, parts);
  open.add(() => hotlines.close());
  await takeOverTables(config.dataDir, companies, logger);
  for (const { path, place, fix, message } of hotlines.take()) logger.warn({ path, place, fix }, message);
  const versions = await openHotlineVersions(companies, hotlines, store, clock);
  const phones = await Registrar.open({ config, provisioning, store, clock, ids, logger });
  open.add(() => phones.close());
  const follow = (topic: SharedTopic, read: () => Promise<void>) =>
    open.add(followChanges(store, topic, read, services).close);
  store.lease?.compare(() => companies.digestOfFiles);
  follow('entities', () => companies.refresh());
  follow('accounts', () => phones.refreshAccounts());
  follow('bindings', () => phones.refreshBindings());
  follow('hotlines', () => versions.readTried());
  follow('switches', switches.read);
  const settings = await openPhoneSettings(provisioning, store, services);
  open.add(() => settings.on.close());
  follow('phone-settings', settings.read);
  const outsideUse = await openOutsideUse(store, services);
  open.add(() => outsideUse.close());
  const ladders = openLadders(config, services);
  open.add(() => ladders?.close());
  const sip = await createSip(config, provisioning, phones, store.journal, { ...services, tap: ladders });
  const media = await createMedia(config, clock, logger, sip.edge);
  media.events.on('serverLost', (lost) => logger.error(lost, 'a media server was lost'));
  media.events.on('serverRestored', (restored) => logger.info(restored, 'a media server is back'));
  const recordings = new RecordingArchive({
    folder: join(config.dataDir, RECORDINGS_FOLDER),
    ...config.recording,
    clock,
    log: logger,
    store,
  });
  open.add(() => recordings.close());
  await recordings.start();
  const { farRoom: read } = recordings;
  const disks = new FreeSpace({
    folders: [
      { name: 'data', folder: config.dataDir, read: () => roomOf(config.dataDir) },
      ...(read ? [{ name: 'recordings', folder: config.recording.moveTo!, read }] : []),
    ],
    clock,
    log: logger,
  });
  open.add(() => disks.close());
  void disks.start();
  startRetention(config, { store, provisioning, recordings }, services, open);
  const standings = await openStandings(store, services);
  open.add(() => standings.close());
  const asks = new AskTally(SERVICE_LEVEL_MS);
  const told = asks.beside(store.journal);
  const pbx = new Pbx({
    config,
    provisioning,
    clock,
    ids,
    log: logger,
    edge: sip.edge,
    media,
    journal: ladders?.journal(told) ?? told,
    agentJournal: store.journal,
    prompts,
    hotlines,
    phones,
    isPhone: (invite) => phones.isRegistered(invite),
    areas,
    settings: settings.on,
    outsideUse,
    changeCompanies: (change) => companies.apply(change),
    callbacks: store.callbacks,
    callers: callerMemory(store, services),
    standings,
    shelf: recordings,
    switches: switches.on,
    inputLog: (tenant) => new InputLog(join(config.dataDir, INPUTS_FOLDER), tenant, logger),
    lastAgents: { of: (...caller) => lastAgentOf(store.cdrs, ...caller) },
    audit: ({ tenantId, at, by, act, agent, callId, details }) => {
      const entry = { tenantId, at, action: 'supervise', by } as const;
      store.audit
        .append({ ...entry, details: { act, agent, callId, ...details } })
        .catch((err: unknown) => logger.error({ err, act, by }, 'what a supervisor did could not be kept'));
    },
  });
  ladders?.follow(pbx.calls);
  outsideUse.follow((use) => pbx.outsideLimits.replace(use));
  return {
    companies,
    prompts,
    hotlines,
    versions,
    store,
    phones,
    sip,
    media,
    recordings,
    disks,
    outsideUse,
    asks,
    ladders,
    outbound,
    pbx,
  };
}

/** The way in: HTTP first, for SIP over WebSocket comes by it, then SIP. */
async function openDoors(
  config: Config,
  services: Services,
  open: OpenRooms,
  {
    companies,
    prompts,
    hotlines,
    versions,
    store,
    phones,
    sip,
    media,
    recordings,
    disks,
    outsideUse,
    asks,
    ladders,
    outbound,
    pbx,
  }: Awaited<ReturnType<typeof openRooms>>,
): Promise<RunningPbx> {
  const { logger } = services;
  const boardParts = { ...services, tell: (entry: AuditEntry) => store.audit.append(entry) };
  const bans = banBoard(sip.edge, boardParts);
  const trunks = trunkBoard(pbx.trunks, boardParts);
  const acd = acdBoard({
    acd: pbx.acd,
    callerOf: (callId) => pbx.running.record(callId, services.clock.now()),
    counters: store.counters,
    provisioning: companies.provisioning,
    clock: services.clock,
    timeZone: config.timeZone,
  });
  let draining = false;
  const state = () => (draining ? 'draining' : journalHealth(store.journal));
  const auth = await openAuth(config, store, companies.provisioning, services);
  const jobs = await openJobs(config, store, services);
  open.add(() => jobs.close());
  const making = await openPrompts(config, { companies, catalogue: prompts, jobs, ...boardParts });
  open.add(() => making.close());
  const { webhooks, close } = openWebhooks(config, store, outbound, companies, services);
  open.add(close);
  const http = buildHttp({
    prompts: making.board,
    jobs,
    entities: entityBoard({ companies, audit: store.audit, clock: services.clock }),
    webhooks,
    token: config.http.token,
    auth,
    streams: openStreams(store, pbx.acd, services),
    audit: store.audit,
    answers: store.answers,
    clock: services.clock,
    cdrs: store.cdrs,
    counters: store.counters,
    timeZone: config.timeZone,
    callbacks: pbx.callbacks,
    desk: actingDesk(pbx),
    calls: callBoard({
      pbx,
      audit: store.audit,
      ...services,
      mayBegin: () => {
        if (draining) throw new ClosedError('the PBX');
        if (!store.journal.takesCalls)
          throw new StoreError('the call journal is full: no new calls are taken');
      },
    }),
    switches: switchBoard(hotlines, companies.provisioning, boardParts),
    bans,
    trunks,
    acd,
    recordings: recordingBoard(store, recordings, services),
    ladders: ladderBoard(ladders, config),
    hotlineVersions: hotlineBoard(versions),
    metrics: metricsOf({ pbx, store, media, sip, phones, disks, recordings, asks, clock: services.clock }),
    state,
    notReady: () => notReady(state(), media, sip.edge),
    nodes: nodeBoard({
      nodeId: config.nodeId,
      version: PACKAGE.version,
      state,
      store,
      disks,
      calls: pbx.calls,
      ...services,
    }),
    waitingBytes: () => store.journal.stats.waiting.bytes,
    disk: () => (disks.low.length > 0 ? 'low' : 'ok'),
    node: () => store.lease && nodeHealth(store.lease),
    logger,
    proxies: config.http.proxies,
    origins: config.http.origins,
    ...(config.http.secure && config.tls ? { tls: config.tls } : {}),
  });
  open.add(() => http.close());
  const httpAddress = await listenHttp(http, config.http);
  open.add(() => pbx.close());
  await pbx.start();
  // an engine of several servers knows what they can do when it is connected to them
  for (const limit of mediaLimits(companies.provisioning.snapshot, config.sip.listen, media.capabilities))
    logger.warn(limit);
  const { host, port, origins, secure } = config.http;
  if (config.http.sip)
    await sip.attach(http.server, { transport: secure ? 'wss' : 'ws', host, port, origins });
  hotlines.watch();
  companies.watchFiles();
  const answers = {
    ...applyAnswers(companies, logger),
    ...boardAnswers(bans, trunks),
    ...acdAnswers(acd),
    ...limitAnswers(pbx.outsideLimits, outsideUse, services),
    ...operatorAnswers(auth),
    ...ladderAnswers(ladders, config),
    ...keepingAnswers(store, (file) => recordings.delete(file)),
  };
  const control = await ControlServer.open(join(config.dataDir, CONTROL_SOCKET), answers, logger);
  open.add(() => control.close());
  const stop = async () => {
    draining = true;
    await pbx.drain(DRAIN_LIMIT_MS);
    await open.close();
  };
  let stopping: Promise<void> | undefined;
  return {
    sip: sip.edge.addresses.map(
      ({ transport, address, port: at }) => `${transport}:${bracketed(address)}:${at}`,
    ),
    http: httpAddress,
    reload: () => {
      sip.reloadTls();
      if (config.http.secure && config.tls)
        (http.server as Server).setSecureContext(new TlsIdentity(config.tls).options);
      logger.info('certificates were read again');
    },
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    endCalls: () => void pbx.calls.close('shutdown'),
  };
}

/** Once a day what companies keep no longer goes. */
function startRetention(
  { nodeId }: Config,
  {
    store,
    provisioning,
    recordings,
  }: {
    readonly store: Store;
    readonly provisioning: Provisioned;
    readonly recordings: RecordingArchive;
  },
  { clock, ids, logger: log }: Services,
  open: OpenRooms,
): void {
  const { upkeep } = store;
  if (!upkeep) return;
  const deleteFile = (file: string) => recordings.delete(file);
  const job = new RetentionJob({ store, upkeep, provisioning, nodeId, deleteFile, clock, ids, log });
  open.add(() => job.close());
  job.start();
}

async function createMedia(config: Config, clock: Clock, logger: Logger, sip: SipEdge): Promise<MediaEngine> {
  const { engine, host, advertise, portMin, portMax, workers, rtpengine, freeswitch } = config.media;
  switch (engine) {
    case 'null':
      return new NullMediaEngine({ clock, ids: systemIds });
    case 'rtpengine': {
      const { RtpengineMediaEngine } = await import('./media/rtpengine/rtpengine-engine.ts');
      return new RtpengineMediaEngine({ clock, ids: systemIds, ...rtpengine! });
    }
    case 'freeswitch': {
      const { FreeswitchMediaEngine } = await import('./media/freeswitch/freeswitch-engine.ts');
      return new FreeswitchMediaEngine({ clock, ids: systemIds, sip, ...freeswitch! });
    }
    case 'embedded':
      return new EmbeddedMediaEngine({
        ids: systemIds,
        logger,
        host,
        portMin,
        portMax,
        ...(advertise === undefined ? {} : { advertise }),
        ...(workers === undefined ? {} : { workers }),
      });
  }
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
