import { join } from 'node:path';
import { acdAnswers, acdBoard, boardNow } from './acd-board.ts';
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
import { bulkAnswers } from './bulk-answers.ts';
import { calendarBoard } from './calendar-board.ts';
import { actingDesk, callBoard, callNotes, missedCalls } from './call-board.ts';
import type { Config } from './config/config.ts';
import { deskBoard } from './desk-board.ts';
import { entityBoard } from './entity-board.ts';
import { extensionPhoneBoard } from './extension-phone-board.ts';
import { FAULTS_FOLDER, FaultFiles } from './fault/fault-files.ts';
import { FaultReports } from './fault/fault-reports.ts';
import { flowBoard } from './flow-board.ts';
import { helpBoard } from './help-board.ts';
import { hotlineAnswers } from './hotline-answers.ts';
import { hotlineBoard } from './hotline-board.ts';
import { hotlineChannelBoard } from './hotline-channel-board.ts';
import { buildHttp, listenHttp } from './http/build-http.ts';
import { senderBehind } from './http/sender-behind.ts';
import { keepingAnswers } from './keeping/keeping-answers.ts';
import { listNumberBoard } from './list-number-board.ts';
import { mediaLimits } from './media-limits.ts';
import { metricsOf } from './metrics.ts';
import { nodeBoard, notReady } from './node-board.ts';
import { openAuth } from './open-auth.ts';
import { openBulk } from './open-bulk.ts';
import { certificateAnswers, certificateHealth, insecurePages, openCertificate } from './open-certificate.ts';
import { fileLinks, openJobs } from './open-jobs.ts';
import { ladderAnswers, ladderBoard } from './open-ladder.ts';
import { openPrompts, promptPhones } from './open-prompts.ts';
import { recordingBoard } from './open-recordings.ts';
import { OpenRooms, openRooms, type Services } from './open-rooms.ts';
import { openStreams } from './open-streams.ts';
import { openWebhooks } from './open-webhooks.ts';
import { phonePasswordBoard } from './phone-password-board.ts';
import { promptAnswers } from './prompt-answers.ts';
import { applyAnswers } from './provisioning/control/answer-apply.ts';
import { ControlServer } from './provisioning/control/control-server.ts';
import { CONTROL_SOCKET } from './provisioning/control/protocol.ts';
import { FlowEditors } from './provisioning/version/flow-editors.ts';
import { systemClock } from './shared/clock.ts';
import { ClosedError } from './shared/errors.ts';
import { setListenerErrorHandler } from './shared/events.ts';
import { systemIds } from './shared/ids.ts';
import { createLogger, standardOutput } from './shared/logger.ts';
import { PACKAGE } from './shared/own-package.ts';
import { RecentLog } from './shared/recent-log.ts';
import { logStrayFailures } from './shared/stray-failures.ts';
import { sharedTableBoard } from './shared-table-board.ts';
import { SIP_PATH } from './sip/transport/web-socket-listener.ts';
import { type AuditEntry, StoreError } from './store/store.ts';
import { supportBundles } from './support-board.ts';
import { testCallBoard } from './test-call-board.ts';
import { openTester } from './tester-board.ts';
import { trunkWatch } from './trunk-board.ts';
import { Figures } from './wallboard/figures.ts';
import { Wallboards } from './wallboard/wallboards.ts';
import { workspaceBoard } from './workspace-board.ts';

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

/**
 * The composition root: builds the engine from its configuration and opens it, from the inside out, so that no call
 * arrives before everything can take it. When a step fails, what was open is closed and the error thrown.
 */
export async function startPbx(config: Config): Promise<RunningPbx> {
  const log = new RecentLog(standardOutput());
  const logger = createLogger(config.logLevel, log);
  setListenerErrorHandler((err, event) => logger.error({ err, event }, 'a listener failed'));
  const open = new OpenRooms();
  open.add(logStrayFailures(logger));
  try {
    const services = { clock: systemClock, ids: systemIds, logger };
    return await openDoors(config, services, open, { ...(await openRooms(config, services, open)), log });
  } catch (error) {
    await open.close();
    throw error;
  }
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
    tables,
    listNumbers,
    versions,
    store,
    phones,
    sip,
    media,
    recordings,
    messages,
    disks,
    outsideUse,
    asks,
    ladders,
    outbound,
    pbx,
    log,
  }: Awaited<ReturnType<typeof openRooms>> & { readonly log: RecentLog },
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
  const mayBegin = () => {
    if (draining) throw new ClosedError('the PBX');
    if (!store.journal.takesCalls) throw new StoreError('the call journal is full: no new calls are taken');
  };
  const auth = await openAuth(config, store, companies.provisioning, phones.shortLived, services);
  open.add(() => auth.close());
  const jobs = await openJobs(config, store, services);
  open.add(() => jobs.close());
  const heard = recordingBoard(store, recordings, services);
  const bulk = await openBulk(config, {
    companies,
    users: auth.manyUsers,
    jobs,
    store: store.bulkChanges,
    listNumbers: { store: store.listNumbers, lists: hotlines.state.lists, kept: listNumbers },
    cdrs: store.cdrs,
    recordings: heard,
    ...boardParts,
  });
  open.add(() => bulk.numberImports.close());
  bulk.numberImports
    .takeBackCutOff()
    .catch((err: unknown) =>
      logger.error({ err }, 'numbers of an import that was cut off stay on their list'),
    );
  const making = await openPrompts(config, {
    ...{ companies, catalogue: prompts, jobs, ...boardParts },
    phones: promptPhones(pbx, mayBegin),
  });
  open.add(() => making.close());
  const tester = openTester(config, {
    provisioning: companies.provisioning,
    hotlines,
    versions,
    lists: hotlines.state.lists,
    jobs,
    ...services,
  });
  open.add(() => tester.close());
  const versionBoard = hotlineBoard(versions, hotlines);
  const { webhooks, close } = openWebhooks(config, store, outbound, companies, services);
  open.add(close);
  const certificate = openCertificate(config, services, () => ({ server: http.server, sip }));
  open.add(() => certificate?.close());
  const entities = entityBoard({ companies, audit: store.audit, clock: services.clock });
  const wallboards = new Wallboards({
    ...{ ...boardParts, provisioning: companies.provisioning, links: store.wallboardLinks },
    timeZone: config.timeZone,
    figures: new Figures({
      now: (tenant) => boardNow(pbx.acd, tenant),
      counters: store.counters,
      clock: services.clock,
      timeZone: config.timeZone,
    }),
  });
  const metrics = metricsOf({
    ...{ pbx, store, media, sip, phones, disks, recordings, asks, clock: services.clock },
    certificate: () => certificate,
  });
  const nodes = nodeBoard({
    nodeId: config.nodeId,
    version: PACKAGE.version,
    state,
    store,
    disks,
    calls: pbx.calls,
    ...services,
  });
  const supporting = supportBundles(config, {
    ...{ companies, jobs, cdrs: store.cdrs, ladders, log, state, nodes, metrics, ...boardParts },
    notReady: () => notReady(state(), media, sip.edge),
    engines: () => ({ mediaLoad: media.load(), mediaCan: media.capabilities, sipCan: sip.edge.capabilities }),
  });
  const http = buildHttp({
    supportBundles: supporting,
    prompts: making.board,
    jobs,
    fileLinks: fileLinks(jobs, boardParts),
    ...bulk,
    entities,
    listNumbers: listNumberBoard({
      store: store.listNumbers,
      kept: listNumbers,
      provisioning: companies.provisioning,
      ...boardParts,
    }),
    sharedTables: sharedTableBoard({
      ...{ dataDir: config.dataDir, companies, jobs, uploads: bulk.uploads },
      areas: tables.areas,
      holidays: tables.holidays,
      ...boardParts,
    }),
    calendars: calendarBoard({
      provisioning: companies.provisioning,
      holidays: tables.holidays,
      timeZone: config.timeZone,
    }),
    phonePasswords: phonePasswordBoard({ entities, phones }),
    extensionPhones: extensionPhoneBoard({ phones, provisioning: companies.provisioning, config }),
    webhooks,
    wallboards,
    token: config.http.token,
    auth,
    ...(config.http.sip && { sipPath: SIP_PATH }),
    streams: openStreams(store, pbx.acd, services),
    audit: store.audit,
    answers: store.answers,
    clock: services.clock,
    cdrs: store.cdrs,
    counters: store.counters,
    timeZone: config.timeZone,
    callbacks: pbx.callbacks,
    desk: actingDesk(pbx),
    faults: new FaultReports({
      store: new FaultFiles(join(config.dataDir, FAULTS_FOLDER)),
      ...boardParts,
    }),
    help: helpBoard({ desk: pbx.desk, provisioning: companies.provisioning }),
    desks: deskBoard({
      ...{ pbx, provisioning: companies.provisioning, cdrs: store.cdrs, clock: services.clock },
      drafts: (tenant, callId) => store.workspace.drafts(tenant, callId),
    }),
    calls: callBoard({ pbx, audit: store.audit, ...services, mayBegin }),
    testCalls: testCallBoard({ pbx, hotlines, versions, mayBegin, ...boardParts }),
    callNotes: callNotes(store, companies.provisioning, services, pbx),
    missedCalls: missedCalls(store, companies.provisioning, services),
    ...workspaceBoard({
      ...{ pbx, store, provisioning: companies.provisioning, ...services },
      areas: hotlines.state.areas,
      period: (calendar, tenant) => hotlines.period(calendar, tenant),
    }),
    switches: switchBoard(hotlines, companies.provisioning, boardParts),
    bans,
    trunks,
    hotlineChannels: hotlineChannelBoard({
      ...{ hotlines, companies, timeZone: config.timeZone },
      ...boardParts,
    }),
    trunkWatch: trunkWatch({
      trunks: pbx.trunks,
      provisioning: companies.provisioning,
      hotlines,
      timeZone: config.timeZone,
      clock: services.clock,
    }),
    acd,
    recordings: heard,
    voicemails: messages,
    ladders: ladderBoard(ladders, config),
    hotlineVersions: versionBoard,
    flows: flowBoard({ companies, hotlines, versions, editors: new FlowEditors(services.clock) }),
    simulations: tester.board,
    replays: tester.board,
    metrics,
    state,
    notReady: () => notReady(state(), media, sip.edge),
    nodes,
    waitingBytes: () => store.journal.stats.waiting.bytes,
    disk: () => (disks.low.length > 0 ? 'low' : 'ok'),
    node: () => store.lease && nodeHealth(store.lease),
    certificate: () => certificate && certificateHealth(certificate),
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
    await sip.attach(http.server, {
      ...{ transport: secure ? 'wss' : 'ws', host, port, origins },
      peerOf: senderBehind(config.http.proxies),
    });
  const insecure = insecurePages(config);
  if (insecure) logger.warn(insecure);
  hotlines.watch();
  companies.watchFiles();
  const answers = {
    ...applyAnswers(companies, logger),
    ...boardAnswers(bans, trunks),
    ...acdAnswers(acd),
    ...limitAnswers(pbx.outsideLimits, outsideUse, services),
    ...operatorAnswers(auth),
    ...ladderAnswers(ladders, config),
    ...hotlineAnswers({ companies, hotlines, board: versionBoard, tester: tester.board }),
    ...promptAnswers({ provisioning: companies.provisioning, board: making.board, jobs }),
    ...bulkAnswers({ provisioning: companies.provisioning, jobs, ...bulk }),
    ...certificateAnswers(certificate, config),
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
    reload: () => certificate?.reload(),
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    endCalls: () => void pbx.calls.close('shutdown'),
  };
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
