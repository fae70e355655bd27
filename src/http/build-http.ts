import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Auth } from '../auth/auth.ts';
import type { KeptAnswers } from '../auth/kept-answers.ts';
import type { ChangeLog } from '../bulk/change-log.ts';
import type { Exports } from '../bulk/exports.ts';
import type { Imports } from '../bulk/imports.ts';
import type { NumberExports } from '../bulk/numbers/number-exports.ts';
import type { NumberImports } from '../bulk/numbers/number-imports.ts';
import type { RecordingExports } from '../bulk/recording-exports.ts';
import type { Callbacks } from '../callback/callbacks.ts';
import type { CallNotes } from '../cdr/call-notes.ts';
import type { CdrReader } from '../cdr/cdr-query.ts';
import type { MissedCalls } from '../cdr/missed-calls.ts';
import type { FaultReports } from '../fault/fault-reports.ts';
import type { SupportBundles } from '../fault/support-bundle.ts';
import type { FileLinks } from '../job/file-links.ts';
import type { Jobs } from '../job/jobs.ts';
import type { CounterReader } from '../metric/counter-query.ts';
import type { Clock } from '../shared/clock.ts';
import { ConfigError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { type TlsFiles, TlsIdentity } from '../shared/tls-identity.ts';
import type { Streams } from '../stream/streams.ts';
import type { Wallboards } from '../wallboard/wallboards.ts';
import type { Webhooks } from '../webhook/webhooks.ts';
import type { AgentTasks } from '../workspace/agent-tasks.ts';
import type { DirectoryEntry, Playable } from '../workspace/directory.ts';
import type { SavedViews } from '../workspace/saved-views.ts';
import type { Screens } from '../workspace/screens.ts';
import { authenticate } from './authenticate.ts';
import { takeBodies } from './bodies.ts';
import { serveConsole } from './console-pages.ts';
import { answerErrors } from './errors.ts';
import { EventSockets } from './event-sockets.ts';
import { answerOnce } from './idempotency.ts';
import { lazySchemas, warmCompilers } from './lazy-schemas.ts';
import { describeApi } from './open-api.ts';
import { Cursors } from './page.ts';
import { takePlainToo } from './plain-too.ts';
import { type ActingDesk, agentActRoutes, supervisionRoutes } from './routes/acts.ts';
import { announcementRoutes } from './routes/announcements.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { type AuditTrail, auditRoutes } from './routes/audit.ts';
import { type BanBoard, banRoutes } from './routes/bans.ts';
import { bulkEditRoutes } from './routes/bulk-edits.ts';
import { type CalendarBoard, calendarDayRoutes } from './routes/calendar-days.ts';
import { callNoteRoutes } from './routes/call-notes.ts';
import { callbackRoutes } from './routes/callbacks.ts';
import { type CallBoard, callRoutes } from './routes/calls.ts';
import { changeRoutes } from './routes/changes.ts';
import { counterRoutes } from './routes/counters.ts';
import { type DeskBoard, deskRoutes } from './routes/desks.ts';
import { directoryRoutes } from './routes/directory.ts';
import { embeddingRoutes } from './routes/embedding.ts';
import { type EntityBoard, entityRoutes } from './routes/entities.ts';
import { eventRoutes } from './routes/events.ts';
import { exportRoutes } from './routes/exports.ts';
import { type ExtensionPhoneBoard, extensionPhoneRoutes } from './routes/extension-phones.ts';
import { faultRoutes } from './routes/fault-reports.ts';
import { fileLinkRoutes } from './routes/file-links.ts';
import { type FlowEditorBoard, flowEditorRoutes } from './routes/flow-editors.ts';
import { type FlowWayBoard, flowWayRoutes } from './routes/flow-ways.ts';
import { type FlowBoard, flowRoutes } from './routes/flows.ts';
import { type HealthParts, healthRoutes } from './routes/health.ts';
import { type HelpBoard, helpRoutes } from './routes/help-asks.ts';
import { type HotlineChannelBoard, hotlineChannelRoutes } from './routes/hotline-channels.ts';
import { type HotlineVersionBoard, hotlineVersionRoutes } from './routes/hotline-versions.ts';
import { importRoutes } from './routes/imports.ts';
import { jobRoutes } from './routes/jobs.ts';
import { kindRoutes } from './routes/kinds.ts';
import { type LadderBoard, ladderRoutes } from './routes/ladders.ts';
import { listNumberTableRoutes } from './routes/list-number-tables.ts';
import { type ListNumberBoard, listNumberRoutes } from './routes/list-numbers.ts';
import { type AcdBoard, liveRoutes } from './routes/live.ts';
import { metricRoutes } from './routes/metrics.ts';
import { missedCallRoutes } from './routes/missed-calls.ts';
import { type NodeBoard, nodeRoutes } from './routes/nodes.ts';
import { phoneCredentialRoutes } from './routes/phone-credentials.ts';
import { type PhonePasswordBoard, phonePasswordRoutes } from './routes/phone-passwords.ts';
import { type PromptBoard, promptRoutes } from './routes/prompts.ts';
import { type RecordingLinkBoard, recordingLinkRoutes } from './routes/recording-links.ts';
import { type RecordingUseBoard, recordingUseRoutes } from './routes/recording-uses.ts';
import { type RecordingBoard, recordingRoutes } from './routes/recordings.ts';
import { type ReplayBoard, replayRoutes } from './routes/replays.ts';
import { revealRoutes } from './routes/reveal.ts';
import { roleRoutes } from './routes/roles.ts';
import { screenRoutes } from './routes/screens.ts';
import { secondFactorRoutes } from './routes/second-factor.ts';
import { sessionRoutes } from './routes/session.ts';
import { type SharedTableBoard, sharedTableRoutes } from './routes/shared-tables.ts';
import { type SimulationBoard, simulationRoutes } from './routes/simulations.ts';
import { supportBundleRoutes } from './routes/support-bundles.ts';
import { type SwitchBoard, switchRoutes } from './routes/switches.ts';
import { taskRoutes } from './routes/tasks.ts';
import { type TestCallBoard, testCallRoutes } from './routes/test-calls.ts';
import { type TrunkWatch, trunkWatchRoutes } from './routes/trunk-watch.ts';
import { type TrunkBoard, trunkRoutes } from './routes/trunks.ts';
import { userSessionRoutes } from './routes/user-sessions.ts';
import { userRoutes } from './routes/users.ts';
import { viewRoutes } from './routes/views.ts';
import { type VoicemailBoard, voicemailRoutes } from './routes/voicemails.ts';
import { wallboardRoutes } from './routes/wallboards.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { snapshotOf } from './stream-snapshot.ts';
import { StreamTickets } from './stream-tickets.ts';

/** What the API answers with. */
export interface HttpParts extends HealthParts {
  /** Bearer token of the operator; '' lets nobody in. */
  readonly token: string;
  readonly auth: Auth;
  /** Path of SIP over WebSocket on this server; undefined: it is not served. */
  readonly sipPath?: string | undefined;
  readonly audit: AuditTrail;
  readonly jobs: Jobs;
  readonly fileLinks: FileLinks;
  readonly supportBundles: Pick<SupportBundles, 'start'>;
  readonly changes: Pick<ChangeLog, 'list' | 'find' | 'items' | 'undo'>;
  readonly recordingExports: Pick<RecordingExports, 'start'>;
  readonly exports: Pick<Exports, 'entities' | 'users' | 'calls'>;
  readonly imports: Pick<Imports, 'preview' | 'edit' | 'previewOf' | 'rows' | 'changes' | 'run'>;
  readonly streams: Streams;
  readonly entities: EntityBoard;
  readonly listNumbers: ListNumberBoard;
  readonly calendars: CalendarBoard;
  readonly sharedTables: SharedTableBoard;
  readonly numberImports: Pick<NumberImports, 'preview' | 'run'>;
  readonly numberExports: Pick<NumberExports, 'start'>;
  readonly phonePasswords: PhonePasswordBoard;
  readonly extensionPhones: ExtensionPhoneBoard;
  readonly webhooks: Webhooks;
  readonly wallboards: Pick<Wallboards, 'figures' | 'shown' | 'linksOf' | 'link' | 'revoke'>;
  readonly cdrs: CdrReader;
  readonly calls: CallBoard;
  readonly callNotes: CallNotes;
  readonly missedCalls: MissedCalls;
  readonly screens: Pick<Screens, 'of' | 'write' | 'inHand'>;
  readonly tasks: Pick<AgentTasks, 'list' | 'get' | 'add' | 'change'>;
  readonly views: SavedViews;
  readonly directory: (tenant: string) => readonly DirectoryEntry[];
  readonly playable: (tenant: string) => readonly Playable[];
  readonly desk: ActingDesk;
  readonly desks: DeskBoard;
  readonly help: HelpBoard;
  readonly faults: Pick<FaultReports, 'report' | 'list' | 'read' | 'close'>;
  readonly callbacks: Pick<Callbacks, 'list' | 'promiseNumber' | 'withdraw' | 'hurry'>;
  readonly counters: CounterReader;
  /** In whose hours, days and months is counted. */
  readonly timeZone: string;
  readonly switches: SwitchBoard;
  readonly bans: BanBoard;
  readonly trunks: TrunkBoard;
  readonly trunkWatch: TrunkWatch;
  readonly hotlineChannels: HotlineChannelBoard;
  readonly nodes: NodeBoard;
  readonly prompts: PromptBoard;
  readonly acd: AcdBoard;
  readonly hotlineVersions: HotlineVersionBoard;
  readonly flows: FlowBoard & FlowEditorBoard;
  readonly simulations: SimulationBoard;
  readonly replays: ReplayBoard & FlowWayBoard;
  readonly testCalls: TestCallBoard;
  readonly answers: KeptAnswers;
  readonly clock: Clock;
  readonly recordings: RecordingBoard & RecordingLinkBoard & RecordingUseBoard;
  readonly voicemails: VoicemailBoard;
  readonly ladders: LadderBoard;
  readonly logger: Logger;
  /** Reverse proxies, addresses and networks: who asks is what they say. Default: none. */
  readonly proxies?: readonly string[];
  /** Pages of these origins may ask with a key; default: those of the same host only. */
  readonly origins?: readonly string[];
  /** Serves HTTPS with these PEM files. */
  readonly tls?: TlsFiles;
  /** Folder of the built console; default: where `scripts/install` builds it. */
  readonly consoleDir?: string;
}

/**
 * The HTTP API, apart from listening: `app.inject()` tests it, `app.listen()` serves it. Its routes, and the rights that they need, stand
 * in README.md.
 */
export function buildHttp(parts: HttpParts) {
  const { tls, logger, proxies = [], origins = [] } = parts;
  const app = fastify({
    https: tls ? new TlsIdentity(tls).options : null,
    logger: false,
    schemaController: lazySchemas,
    bodyLimit: 64 * 1024,
    // An upload may take its time; JSON may not (bodies.ts).
    requestTimeout: 600_000,
    // Without a byte read or written.
    connectionTimeout: 60_000,
    trustProxy: proxies.length > 0 && [...proxies],
    // A query parameter that we do not know is a mistake of the client, not noise.
    ajv: { customOptions: { removeAdditional: false } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.server.headersTimeout = 10_000;
  if (tls) takePlainToo(app as unknown as FastifyInstance);
  answerErrors(app, logger);
  app.register(helmet, headersOf(tls !== undefined));
  app.register(cookie);
  app.register(cors, { origin: [...origins], exposedHeaders: ['ETag', 'Location', 'Retry-After'] });
  app.register(rateLimit, { global: false });
  app.decorate('cursors', new Cursors(parts.token));
  describeApi(app);
  serveConsole(app, parts.consoleDir, origins);
  app.register(async (guarded) => {
    takeBodies(guarded);
    const tickets = new StreamTickets(parts.clock);
    const askedWith = (request: FastifyRequest) => tickets.of(request);
    const principalOf = authenticate(guarded, { ...parts, askedWith });
    const { streams, clock } = parts;
    const snapshot = snapshotOf(parts.acd);
    const sockets = new EventSockets(guarded, {
      streams,
      snapshot,
      principalOf,
      origins,
      clock,
      log: logger,
    });
    guarded.register(eventRoutes, { prefix: '/api/v1', streams, sockets, tickets });
    answerOnce(guarded, parts.answers, () => parts.clock.now());
    guarded.register(healthRoutes, parts);
    guarded.register(sessionRoutes, { prefix: '/api/v1', ...parts });
    guarded.register(userRoutes, { prefix: '/api/v1', auth: parts.auth });
    guarded.register(userSessionRoutes, { prefix: '/api/v1', auth: parts.auth });
    guarded.register(roleRoutes, { prefix: '/api/v1', auth: parts.auth });
    guarded.register(secondFactorRoutes, { prefix: '/api/v1', auth: parts.auth });
    guarded.register(phoneCredentialRoutes, {
      prefix: '/api/v1',
      auth: parts.auth,
      sipPath: parts.sipPath,
    });
    guarded.register(embeddingRoutes, { prefix: '/api/v1', auth: parts.auth });
    guarded.register(apiKeyRoutes, { prefix: '/api/v1', auth: parts.auth });
    guarded.register(entityRoutes, { prefix: '/api/v1', board: parts.entities });
    guarded.register(kindRoutes, { prefix: '/api/v1' });
    guarded.register(sharedTableRoutes, { prefix: '/api/v1', board: parts.sharedTables });
    guarded.register(calendarDayRoutes, { prefix: '/api/v1', board: parts.calendars });
    guarded.register(listNumberRoutes, { prefix: '/api/v1', board: parts.listNumbers });
    guarded.register(listNumberTableRoutes, {
      prefix: '/api/v1',
      imports: parts.numberImports,
      exports: parts.numberExports,
    });
    guarded.register(phonePasswordRoutes, { prefix: '/api/v1', board: parts.phonePasswords });
    guarded.register(extensionPhoneRoutes, { prefix: '/api/v1', board: parts.extensionPhones });
    guarded.register(webhookRoutes, { prefix: '/api/v1', webhooks: parts.webhooks });
    guarded.register(importRoutes, { prefix: '/api/v1', imports: parts.imports });
    guarded.register(bulkEditRoutes, { prefix: '/api/v1', imports: parts.imports });
    guarded.register(supportBundleRoutes, { prefix: '/api/v1', bundles: parts.supportBundles });
    guarded.register(changeRoutes, { prefix: '/api/v1', changes: parts.changes });
    guarded.register(exportRoutes, {
      prefix: '/api/v1',
      exports: parts.exports,
      recordingExports: parts.recordingExports,
    });
    guarded.register(jobRoutes, { prefix: '/api/v1', jobs: parts.jobs });
    guarded.register(fileLinkRoutes, { prefix: '/api/v1', links: parts.fileLinks });
    guarded.register(auditRoutes, { prefix: '/api/v1', audit: parts.audit });
    guarded.register(callRoutes, { prefix: '/api/v1', calls: parts.calls, cdrs: parts.cdrs });
    guarded.register(callNoteRoutes, { prefix: '/api/v1', callNotes: parts.callNotes });
    guarded.register(revealRoutes, { prefix: '/api/v1', ...parts });
    guarded.register(missedCallRoutes, { prefix: '/api/v1', ...parts });
    guarded.register(screenRoutes, { prefix: '/api/v1', ...parts });
    guarded.register(taskRoutes, { prefix: '/api/v1', tasks: parts.tasks, desk: parts.desk });
    guarded.register(viewRoutes, { prefix: '/api/v1', views: parts.views });
    guarded.register(directoryRoutes, {
      prefix: '/api/v1',
      ...{ directory: parts.directory, playable: parts.playable },
    });
    guarded.register(agentActRoutes, { prefix: '/api/v1', desk: parts.desk });
    guarded.register(deskRoutes, { prefix: '/api/v1', board: parts.desks });
    guarded.register(helpRoutes, { prefix: '/api/v1', board: parts.help });
    guarded.register(faultRoutes, { prefix: '/api/v1', faults: parts.faults });
    guarded.register(supervisionRoutes, { prefix: '/api/v1', desk: parts.desk });
    guarded.register(callbackRoutes, { prefix: '/api/v1', callbacks: parts.callbacks });
    guarded.register(counterRoutes, { prefix: '/api/v1', ...parts });
    guarded.register(metricRoutes, { prefix: '/api/v1', ...parts });
    guarded.register(announcementRoutes, { prefix: '/api/v1', board: parts.entities, clock });
    guarded.register(wallboardRoutes, { prefix: '/api/v1', wallboards: parts.wallboards });
    guarded.register(switchRoutes, { prefix: '/api/v1', board: parts.switches });
    guarded.register(banRoutes, { prefix: '/api/v1', board: parts.bans });
    guarded.register(trunkRoutes, { prefix: '/api/v1', board: parts.trunks });
    guarded.register(hotlineChannelRoutes, { prefix: '/api/v1', board: parts.hotlineChannels });
    guarded.register(trunkWatchRoutes, { prefix: '/api/v1', board: parts.trunkWatch });
    guarded.register(promptRoutes, { prefix: '/api/v1', board: parts.prompts });
    guarded.register(nodeRoutes, { prefix: '/api/v1', board: parts.nodes });
    guarded.register(liveRoutes, { prefix: '/api/v1', board: parts.acd });
    const recordings = { prefix: '/api/v1', board: parts.recordings };
    guarded.register(recordingRoutes, recordings);
    guarded.register(recordingLinkRoutes, recordings);
    guarded.register(recordingUseRoutes, recordings);
    guarded.register(voicemailRoutes, { prefix: '/api/v1', board: parts.voicemails });
    guarded.register(ladderRoutes, { prefix: '/api/v1', board: parts.ladders });
    guarded.register(hotlineVersionRoutes, { prefix: '/api/v1', board: parts.hotlineVersions });
    guarded.register(flowRoutes, { prefix: '/api/v1', board: parts.flows });
    guarded.register(flowEditorRoutes, { prefix: '/api/v1', board: parts.flows });
    guarded.register(flowWayRoutes, { prefix: '/api/v1', board: parts.replays, clock });
    guarded.register(replayRoutes, { prefix: '/api/v1', board: parts.replays });
    guarded.register(testCallRoutes, { prefix: '/api/v1', board: parts.testCalls });
    guarded.register(simulationRoutes, { prefix: '/api/v1', board: parts.simulations, clock });
  });
  return app;
}

/** What browsers are told: these answers are no pages, hold nothing that runs, and belong in no frame. */
function headersOf(isSecure: boolean): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    xFrameOptions: { action: 'deny' },
    // Said over plain HTTP it would mean nothing (RFC 6797 7.2).
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000 } : false,
  };
}

/** Opens the listener; returns its URL. Throws ConfigError when the address cannot be used. */
export async function listenHttp(
  app: ReturnType<typeof buildHttp>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  warmCompilers();
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'is taken' : `cannot be used: ${message}`;
    const fix = 'choose another with --http HOST:PORT or http: in the configuration';
    throw new ConfigError(`the HTTP address ${host}:${port} ${reason}`, undefined, fix, { cause: error });
  }
}
