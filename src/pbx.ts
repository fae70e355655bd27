import { join } from 'node:path';
import { Acd } from './acd/acd.ts';
import type { PeakSwitches } from './acd/acd-parts.ts';
import type { AgentJournal } from './acd/agent-events.ts';
import type { InputLog } from './acd/input-log.ts';
import type { StandingKeeping } from './acd/kept-standings.ts';
import type { LastAgents } from './acd/last-agents.ts';
import { ownCallReconnection } from './acd/own-calls.ts';
import { serve } from './acd/serve.ts';
import { dayAround, zoneOf } from './calendar/zone.ts';
import { PinAsker } from './call/ask-pin.ts';
import type { Call } from './call/call.ts';
import type { CallJournal } from './call/call-events.ts';
import { Calls } from './call/calls.ts';
import { dial } from './call/dial.ts';
import { type CallbackStore, MemoryCallbacks } from './callback/callback.ts';
import { Callbacks } from './callback/callbacks.ts';
import { RunningCalls } from './cdr/running-calls.ts';
import { ConferenceRooms } from './conference/conference-rooms.ts';
import type { Config } from './config/config.ts';
import { DeskCodes } from './desk/codes.ts';
import { Desk } from './desk/desk.ts';
import type { DeskEvents } from './desk/desk-events.ts';
import type { AgentMessage, DeskParts, SupervisionEntry } from './desk/desk-parts.ts';
import { HelpAsks, type HelpTold } from './desk/help-asks.ts';
import type { FlowFeatures } from './dialplan/run/live-call.ts';
import type { EdgeRequest, InboundLeg, SipEdge } from './edge/edge.ts';
import type { MediaEngine } from './media/media.ts';
import type { AreaTable } from './numbering/area-table.ts';
import { areaPrompt } from './prompt/area-prompt.ts';
import { CompanyPrompts } from './prompt/company-prompts.ts';
import type { PromptCatalogue } from './prompt/prompt-catalogue.ts';
import type { ChangeSet } from './provisioning/change.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { RECORDINGS_FOLDER, type RecordingShelf, TalkRecording } from './recording/recording.ts';
import { RecordingNotice } from './recording/recording-notice.ts';
import { recordingPath, safeName } from './recording/recording-path.ts';
import { BusyLamps } from './routing/busy-lamps.ts';
import { CallerLanguages, type CallerMemory } from './routing/caller-languages.ts';
import { ClickToCall, type Origination } from './routing/click-to-call.ts';
import { Destinations } from './routing/destinations.ts';
import { DirectLines } from './routing/direct-lines.ts';
import { GroupCalls } from './routing/group-calls.ts';
import type { Hotlines, RoutedHotline } from './routing/hotlines.ts';
import { firstAt, insideOf } from './routing/inside.ts';
import { MessageLamps } from './routing/message-lamps.ts';
import { OutsideLimits, type UseKeeping } from './routing/outside-limits.ts';
import type { HourOfUse } from './routing/outside-use.ts';
import { PhoneCalls } from './routing/phone-calls.ts';
import { PhoneSettings } from './routing/phone-settings.ts';
import type { Phones } from './routing/phones.ts';
import { Requests } from './routing/requests.ts';
import { SilentPhones } from './routing/silent-phones.ts';
import { type TestCall, TestCalls } from './routing/test-calls.ts';
import { TrunkCalls } from './routing/trunk-calls.ts';
import type { Clock, Timer } from './shared/clock.ts';
import { PbxError } from './shared/errors.ts';
import { type Subscription, TypedEvents } from './shared/events.ts';
import type { IdSource } from './shared/ids.ts';
import type { Logger } from './shared/logger.ts';
import { SourceLog } from './shared/source-log.ts';
import { Survey } from './survey/survey.ts';
import type { RequestTraces } from './trunk/trunk-failures.ts';
import { Trunks } from './trunk/trunks.ts';
import { hearMessages } from './voicemail/hear-messages.ts';
import type { Inbox } from './voicemail/messages.ts';
import { PhoneTakes } from './voicemail/phone-take.ts';
import { Voicemail } from './voicemail/voicemail.ts';

/** All that the engine is built from; tests and the simulator give other parts than `main.ts`. */
export interface PbxParts {
  readonly config: Pick<Config, 'dataDir' | 'media' | 'recording' | 'sip' | 'timeZone'>;
  /** What companies have set up. */
  readonly provisioning: Provisioned;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Logger;
  readonly edge: SipEdge;
  readonly media: MediaEngine;
  readonly journal: CallJournal;
  /** Whether what the journal has up to a place can be read as records; left out: at once. */
  readonly isStored?: (place: number) => boolean;
  readonly agentJournal: AgentJournal;
  /** Where messages of requests outside of calls are seen; left out: nowhere. */
  readonly traces?: RequestTraces | undefined;
  readonly prompts: PromptCatalogue;
  readonly hotlines: Hotlines;
  readonly phones: Phones;
  /** Whether a registered phone sends that, by its own name from where it registered; left out: none does. */
  readonly isPhone?: (invite: EdgeRequest) => boolean;
  /** Where mobiles are at home (号段). */
  readonly areas: Pick<AreaTable, 'areaOf'>;
  /** What extensions have set for the calls to them; by default nothing that is set at phones outlives the engine. */
  readonly settings?: PhoneSettings;
  /** What calls outside have cost today, and where that is kept; by default nothing of it outlives the engine. */
  readonly outsideUse?: { readonly today: readonly HourOfUse[]; readonly keeping: UseKeeping };
  /** Where promises to call back are kept; by default none outlives the engine. */
  readonly callbacks?: CallbackStore;
  /** What is remembered of callers; by default nothing. */
  readonly callers?: CallerMemory;
  /** How agents stood when the engine ended, and where that is kept; by default everybody begins anew. */
  readonly standings?: StandingKeeping;
  /** Where recordings are kept after their calls; undefined: they stay as they are. */
  readonly shelf?: RecordingShelf;
  /** Where what the ACD of a company is told is kept; left out: nowhere. */
  readonly inputLog?: (tenant: string) => InputLog;
  /** What is in mailboxes; left out: no lamp shows it, and no phone hears it. */
  readonly messages?: Inbox;
  /** Turn peak mode of queues on. */
  readonly switches?: PeakSwitches;
  /** Who talked with callers before, for queues by `last-agent`. */
  readonly lastAgents?: LastAgents;
  /** Changes what companies have set up; left out: nobody can. */
  readonly changeCompanies?: (change: ChangeSet) => Promise<unknown>;
  /** Tells agents what their supervisor has to say; durable when it resolves. Left out: nobody does. */
  readonly tellAgents?: (message: AgentMessage) => Promise<void>;
  /** Tells whoever hears of an agent that he asks for help, and what comes of it; must return at once. Undefined: nobody does. */
  readonly tellHelp?: (told: HelpTold) => void;
  /** Keeps what supervisors do; must return at once. Undefined: nobody does. */
  readonly audit?: (entry: SupervisionEntry) => void;
}

async function nobodyTells(): Promise<never> {
  throw new PbxError('not-supported', 'there is no stream of events here');
}

async function nobodyChanges(): Promise<never> {
  throw new PbxError('not-supported', 'nothing keeps what companies change here');
}

/** What who waits in a talk hears, where no queue has music of its own; a prompt of that name is shipped. */
const HOLD_MUSIC = 'queue-music';

/** The rooms above the two ports, wired: calls arrive, run through their hotline and end. */
export class Pbx {
  readonly acd: Acd;
  readonly trunks: Trunks;
  readonly outsideLimits: OutsideLimits;
  /** What agents and supervisors do from their seats. */
  readonly desk: Desk;
  /** Promises to call back. */
  readonly callbacks: Callbacks;
  /** Records people at their phones. */
  readonly phoneTakes: PhoneTakes;
  /** Calls that have not ended. */
  readonly calls: Calls;
  /** What they have come to so far. */
  readonly running: RunningCalls;
  readonly #parts: PbxParts;
  readonly #trunkCalls: TrunkCalls;
  readonly #phoneCalls: PhoneCalls;
  readonly #strangers: SourceLog;
  readonly #lamps: BusyLamps;
  readonly #messageLamps: MessageLamps | undefined;
  readonly #clickToCall: ClickToCall;
  readonly #testCalls: TestCalls;
  readonly #requests: Requests;
  readonly #settings: PhoneSettings;
  readonly #silent: SilentPhones;

  constructor(parts: PbxParts) {
    const { config, provisioning, clock, ids, log, edge, media, journal, prompts, hotlines, phones } = parts;
    this.#parts = parts;
    this.running = new RunningCalls(journal, parts.isStored ?? (() => true));
    const { rtpTimeoutMs } = config.media;
    const calls = new Calls(
      { clock, ids, log, edge, media, journal: this.running, rtpTimeoutMs },
      (tenant, id) => this.acd.seatOf(tenant, id),
    );
    this.calls = calls;
    this.trunks = new Trunks({ provisioning, clock, ids, log, edge, traces: parts.traces });
    this.#settings = parts.settings ?? new PhoneSettings(provisioning);
    const { domain, unknownSource } = config.sip;
    this.outsideLimits = new OutsideLimits(
      {
        provisioning,
        clock,
        log,
        offsetMs: (at) => zoneOf(config.timeZone).offsetMs(at),
        ...(parts.outsideUse && { keeping: parts.outsideUse.keeping }),
      },
      parts.outsideUse?.today,
    );
    this.#silent = new SilentPhones({
      phones,
      edge,
      clock,
      log,
      onChange: (tenant, extension) => this.acd.phoneChanged(tenant, extension),
    });
    const directory = new Destinations({
      provisioning,
      silent: this.#silent,
      agentAt: (tenant, seat) => this.acd.agentAt(tenant, seat),
      domain,
      phones,
      trunks: this.trunks,
      areas: parts.areas,
      settings: this.#settings,
      limits: this.outsideLimits,
      period: (calendar, tenant) => hotlines.period(calendar, tenant),
      inside: (number, tenant) => insideOf(hotlines, features, services)(number, tenant),
    });
    const spoken = new CompanyPrompts(config.dataDir, prompts, provisioning);
    const promptItems: FlowFeatures['promptItems'] = (tenant, names, speech) =>
      spoken.toItems(tenant, names, speech);
    const recorder = new TalkRecording({
      folder: join(config.dataDir, RECORDINGS_FOLDER),
      template: config.recording.path,
      timeZone: config.timeZone,
      shelf: parts.shelf,
    });
    const music = prompts.has(HOLD_MUSIC) ? prompts.toItems([HOLD_MUSIC]) : [{ tone: 'ringback' } as const];
    const reconnection = ownCallReconnection(() => this.acd);
    const talk = { recorder, record: true, music, reconnection };
    const voicemail = new Voicemail({
      provisioning,
      promptItems,
      path: ({ id, arrival, arrivedAt }, box, before) =>
        recordingPath(
          join(config.dataDir, 'voicemail'),
          { tenantId: arrival.tenantId, callId: id, at: arrivedAt },
          config.timeZone,
          {
            template: `{tenant}/${safeName(box)}/{date}/{callId}.wav`,
            suffix: before === 0 ? '' : `-${before + 1}`,
          },
        ),
      onLeft: (tenant, box) => {
        parts.messages
          ?.left(tenant, box)
          .catch((err: unknown) => log.warn({ err, tenant, box }, 'no lamp shows a message that was left'));
      },
    });
    const notice = new RecordingNotice({ provisioning, promptItems });
    this.acd = new Acd({
      clock,
      ids,
      recorder,
      promptItems,
      areaPrompt: (caller) => areaPrompt(parts.areas.areaOf(caller)),
      directory,
      calls,
      provisioning,
      takeMessage: (call, mailbox) => voicemail.take(call, mailbox),
      tellOfRecording: (call, prompt) => notice.tell(call, prompt),
      promiseCallback: (call, promised) => this.callbacks.offer(call, promised),
      journal: parts.agentJournal,
      period: (calendar, tenant) => hotlines.period(calendar, tenant),
      agentOrder: (tenant, name) => hotlines.agentOrder?.(tenant, name),
      listOwner: (tenant, list, caller) => hotlines.listOwner?.(tenant, list, caller),
      switches: parts.switches,
      inputLog: parts.inputLog,
      lastAgents: parts.lastAgents,
      standings: parts.standings,
      dayAt: (at) => dayAround(at, zoneOf(config.timeZone)),
    });
    this.acd.events.on('peakChanged', (peak) =>
      log.warn(peak, peak.on ? 'peak mode of a queue began' : 'peak mode of a queue is over'),
    );
    this.acd.events.on('talkAlarm', (alarm) => log.warn(alarm, 'a talk of a queue takes too long'));
    this.acd.events.on('agentAlarm', (alarm) =>
      log.warn(
        alarm,
        alarm.what === 'break-limit'
          ? 'an agent is in his break for longer than its reason allows'
          : 'an agent did not say what a call came to',
      ),
    );
    for (const change of ['registered', 'unregistered', 'located'] as const)
      phones.events.on(change, ({ tenant, extension }) => this.acd.phoneChanged(tenant, extension));
    this.#settings.events.on('changed', ({ tenant, extension }) => this.acd.phoneChanged(tenant, extension));
    this.callbacks = new Callbacks({
      acd: this.acd,
      calls,
      directory,
      provisioning,
      promptItems,
      period: (calendar, tenant) => hotlines.period(calendar, tenant),
      store: parts.callbacks ?? new MemoryCallbacks(),
      clock,
      ids,
      log,
    });
    const survey = new Survey({ provisioning, promptItems });
    const languages = new CallerLanguages({ provisioning, clock, callers: parts.callers });
    const features: FlowFeatures = {
      promptItems,
      queue: (call, name, options) => serve(this.acd, call, name, options),
      dial: async (call, steps, options) => {
        await notice.tell(call, undefined);
        return dial(call, directory, steps, { ...options, talk });
      },
      group: async (call, number) => {
        await notice.tell(call, undefined);
        return groups.ring(call, number, talk);
      },
      conference: (call, number) => rooms.enter(call, number),
      record: (call, options) => voicemail.record(call, options),
      voicemail: (call, box, options) => voicemail.take(call, box, options),
      survey: (call, name) => survey.ask(call, name),
      callback: (call, queue) => this.callbacks.promiseCaller(call, queue),
      speak: (call, skill, remember) => languages.speak(call, skill, remember),
      spokenBefore: (call) => languages.before(call),
      forgetLanguage: (call) => languages.forget(call),
    };
    const unrecorded = { ...talk, record: false };
    const groups = new GroupCalls({ provisioning, directory, features, ids, talk: unrecorded });
    const rooms = new ConferenceRooms({
      ...{ provisioning, clock, ids, calls, directory, media, recorder, promptItems, music },
      tellOfRecording: (call) => notice.tell(call, undefined),
    });
    const services = firstAt(
      provisioning,
      (number, tenant) => groups.at(number, tenant),
      (number, tenant) => rooms.at(number, tenant),
    );
    const directLines = new DirectLines(provisioning);
    this.#trunkCalls = new TrunkCalls({
      calls,
      provisioning,
      hotlines,
      features,
      directLines,
      directory,
      talk: unrecorded,
    });
    this.#clickToCall = new ClickToCall({ calls, directory, talk, log });
    this.phoneTakes = new PhoneTakes({ calls, directory, promptItems });
    this.#testCalls = new TestCalls({ calls, directory, features });
    const deskParts: DeskParts = {
      clock,
      log,
      calls,
      media,
      directory,
      acd: this.acd,
      provisioning,
      promptItems,
      queue: (call, name) => features.queue(call, name, {}),
      survey: features.survey,
      originate: ({ agent, ...request }) => this.#clickToCall.begin({ ...request, by: agent, agent }),
      events: new TypedEvents<DeskEvents>(),
      changeCompanies: parts.changeCompanies ?? nobodyChanges,
      dateOf: (at) => zoneOf(config.timeZone).localTime(at).slice(0, 10),
      tellAgents: parts.tellAgents ?? nobodyTells,
      help: new HelpAsks({ clock, ids, calls, acd: this.acd, tell: parts.tellHelp ?? (() => {}) }),
      audit: parts.audit ?? (() => {}),
    };
    this.desk = new Desk(deskParts);
    this.#strangers = new SourceLog(clock, (source, count) =>
      log.warn({ source, count }, 'calls from an unknown address refused'),
    );
    const { messages } = parts;
    const pins = new PinAsker(clock);
    const hearing = messages && {
      inbox: messages,
      provisioning,
      promptItems,
      pins,
      seesNumbers: (tenant: string, extension: string) => directory.maySee(tenant, extension),
    };
    this.#phoneCalls = new PhoneCalls({
      calls,
      provisioning,
      phones,
      hotlines,
      features,
      directory,
      settings: this.#settings,
      groups,
      services,
      agents: new DeskCodes(this.desk, deskParts),
      publicNumber: (party) => directory.publicNumber(party),
      hearMessages: hearing && ((call, extension) => hearMessages(call, extension, hearing)),
      talk,
      log,
      strangers: this.#strangers,
      unknownSource,
    });
    this.#lamps = new BusyLamps({
      phones,
      calls,
      edge,
      clock,
      isExtension: (tenant, number) => provisioning.snapshot.get('extension', tenant, number) !== undefined,
    });
    const packages = new Map<string, Pick<BusyLamps, 'subscribe'>>([['dialog', this.#lamps]]);
    if (messages) {
      this.#messageLamps = new MessageLamps({ phones, messages, edge, provisioning, clock, log });
      packages.set('message-summary', this.#messageLamps);
    }
    this.#requests = new Requests(phones, packages);
  }

  /** Rings an extension, then the number, and connects the two; returns at once. */
  originate(request: Origination): Call {
    return this.#clickToCall.begin(request);
  }

  /** Rings an extension, and takes who answers through a hotline as its caller; returns at once. */
  testCall(request: TestCall, hotline: RoutedHotline): Call {
    return this.#testCalls.begin(request, hotline);
  }

  /** Opens media, then the listeners: no call comes in before everything can take it. */
  async start(): Promise<void> {
    const { edge, media } = this.#parts;
    await media.start();
    await edge.start({
      onCall: (leg) => this.#onCall(leg),
      onRequest: (request) => this.#requests.answer(request),
    });
    this.trunks.start();
    void this.#silent.ask(this.acd.phones());
    await this.callbacks.start();
  }

  /** Takes no new calls and resolves when the last one has ended, or after `limitMs`. */
  async drain(limitMs: number): Promise<void> {
    this.#parts.edge.drain();
    if (this.calls.size === 0) return;
    let timer: Timer | undefined;
    let ended: Subscription | undefined;
    await new Promise<void>((resolve) => {
      ended = this.calls.events.on('callEnded', () => this.calls.size === 0 && resolve());
      timer = this.#parts.clock.after(limitMs, resolve);
    });
    timer?.cancel();
    ended?.off();
  }

  /** Ends what is left and closes both ports. */
  async close(): Promise<void> {
    this.callbacks.close();
    await this.calls.close('shutdown');
    this.desk.close();
    this.acd.close();
    this.#settings.close();
    this.#silent.close();
    this.#lamps.close();
    this.#messageLamps?.close();
    await this.trunks.close();
    await this.#parts.edge.close();
    this.#strangers.close();
    await this.#parts.media.close();
  }

  #onCall(leg: InboundLeg): void {
    // Phones may be at the address of a trunk: behind one router, or on one machine.
    const isPhone = this.#parts.isPhone?.(leg.invite) ?? false;
    const admitted = isPhone ? undefined : this.trunks.admit(leg.invite);
    if (admitted) this.#trunkCalls.take(leg, admitted);
    else this.#phoneCalls.take(leg);
  }
}
