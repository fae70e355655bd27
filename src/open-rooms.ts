/** What stands behind the ports, built and opened from the inside out. */
import { join } from 'node:path';
import { INPUTS_FOLDER, InputLog } from './acd/input-log.ts';
import { AskTally } from './cdr/ask-tally.ts';
import { lastAgentOf } from './cdr/last-agent.ts';
import type { Config } from './config/config.ts';
import { createMedia } from './create-media.ts';
import { createSip } from './create-sip.ts';
import { FreeSpace } from './keeping/free-space.ts';
import { RetentionJob } from './keeping/retention-job.ts';
import { SERVICE_LEVEL_MS } from './metric/today.ts';
import { KeptNumbers } from './numbering/kept-numbers.ts';
import { openCompanies, proveNewCompanies } from './open-companies.ts';
import { openHotlineVersions } from './open-hotline-versions.ts';
import { openHotlines } from './open-hotlines.ts';
import { callerMemory, openOutsideUse, openPhoneSettings, openStandings, openSwitches } from './open-kept.ts';
import { openLadders } from './open-ladder.ts';
import { OpenTables, takeOverTables } from './open-tables.ts';
import { CheckedOutbound } from './outbound/checked-outbound.ts';
import { Pbx } from './pbx.ts';
import { PromptCatalogue } from './prompt/prompt-catalogue.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { RECORDINGS_FOLDER } from './recording/recording.ts';
import { RecordingArchive } from './recording/recording-archive.ts';
import { Registrar } from './registrar/registrar.ts';
import type { Clock } from './shared/clock.ts';
import type { IdSource } from './shared/ids.ts';
import type { Logger } from './shared/logger.ts';
import { roomOf } from './shared/room-of.ts';
import { followChanges } from './store/follow-changes.ts';
import { openStore } from './store/open-store.ts';
import type { SharedTopic, Store } from './store/store.ts';
import { waitForDatabase } from './store/wait-for-database.ts';
import { Messages } from './voicemail/messages.ts';

/** What every room is given. */
export interface Services {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

/** What was opened, to be closed in the opposite order. */
export class OpenRooms {
  readonly #closes: (() => Promise<unknown> | unknown)[] = [];

  add(close: () => Promise<unknown> | unknown): void {
    this.#closes.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closes.splice(0).reverse()) await close();
  }
}

/** All that stands behind the ports, ready for calls. */
export async function openRooms(config: Config, services: Services, open: OpenRooms) {
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
  const listNumbers = new KeptNumbers({
    store: store.listNumbers,
    lists: hotlines.state.lists,
    clock,
    log: logger,
  });
  open.add(() => listNumbers.close());
  await listNumbers.open();
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
  follow('list-numbers', () => listNumbers.sync());
  // A list that went took its numbers along.
  const gone = provisioning.events.on('changed', ({ changes }) => {
    if (!changes.some(({ kind, after }) => kind === 'list' && !after)) return;
    listNumbers
      .sync()
      .catch((err: unknown) => logger.error({ err }, 'numbers of a list that went stay in memory'));
  });
  open.add(() => gone.off());
  const settings = await openPhoneSettings(provisioning, store, services);
  open.add(() => settings.on.close());
  follow('phone-settings', settings.read);
  const outsideUse = await openOutsideUse(store, services);
  open.add(() => outsideUse.close());
  const ladders = openLadders(config, services);
  open.add(() => ladders?.close());
  const sip = await createSip(config, provisioning, phones, store.journal, { ...services, tap: ladders });
  sip.edge.events.on('flowClosed', ({ flow }) => phones.flowClosed(flow));
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
  const messages = new Messages({ store, files: recordings, provisioning, clock });
  open.add(() => messages.events.clear());
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
    isStored: (place) => store.journal.isStored(place),
    agentJournal: store.journal,
    traces: ladders,
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
    messages,
    switches: switches.on,
    inputLog: (tenant) => new InputLog(join(config.dataDir, INPUTS_FOLDER), tenant, logger),
    lastAgents: { of: (...caller) => lastAgentOf(store.cdrs, ...caller) },
    tellAgents: (message) => store.events.tell({ type: 'agentMessage', ...message }),
    tellHelp: (told) => {
      store.events.tell({ type: 'agentHelp', ...told }).catch((err: unknown) => {
        const { tenantId, agent, did } = told;
        logger.error({ err, tenantId, agent, did }, 'that an agent asks for help could not be told');
      });
    },
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
