import { join } from 'node:path';
import { Acd } from './acd/acd.ts';
import { serve } from './acd/serve.ts';
import type { Arrival, Party } from './call/arrival.ts';
import type { Call } from './call/call.ts';
import type { CallJournal } from './call/call-events.ts';
import { Calls } from './call/calls.ts';
import type { Destination, Directory, PartyName, Resolved } from './call/destination.ts';
import { dial } from './call/dial.ts';
import { replacePartner } from './call/replace.ts';
import type { Config } from './config/config.ts';
import type { FlowCall } from './dialplan/run/flow-call.ts';
import { type FlowFeatures, LiveCall } from './dialplan/run/live-call.ts';
import type { EdgeReply, EdgeRequest, EdgeRoute, InboundLeg, SipEdge } from './edge/edge.ts';
import type { MediaEngine } from './media/media.ts';
import type { PromptCatalogue } from './prompt/prompt-catalogue.ts';
import { RECORDINGS_FOLDER, type RecordingShelf, TalkRecording } from './recording/recording.ts';
import { recordingPath, safeName } from './recording/recording-path.ts';
import type { Clock, Timer } from './shared/clock.ts';
import { asError } from './shared/errors.ts';
import type { IdSource, TenantId } from './shared/ids.ts';
import type { Logger } from './shared/logger.ts';
import { escapeUser } from './sip/message/index.ts';
import { Survey } from './survey/survey.ts';
import { Trunks, type WayOut } from './trunk/trunks.ts';
import { Voicemail } from './voicemail/voicemail.ts';

/** The hotlines as the engine needs them: who answers for a number. */
export interface Hotlines {
  /** The flow of a 400 number; undefined: the number is not ours. Synchronous and fast. */
  route(called: string): RoutedHotline | undefined;
}

export interface RoutedHotline {
  /** Company that the number belongs to: its queues and boxes serve the call, whose ever trunk it came in on. */
  readonly tenant?: string | undefined;
  run(call: FlowCall): Promise<void>;
}

/** Where phones are (RFC 3261 section 10). */
export interface Phones {
  /** Answers a REGISTER. */
  handle(request: EdgeRequest): EdgeReply | Promise<EdgeReply>;
  /**
   * Whose phone sent an INVITE. A reply is a challenge or a refusal to send, at once or, to who guesses passwords,
   * late; undefined: it is no phone of ours. A phone calls with its own identity only.
   */
  identify(
    invite: EdgeRequest,
  ): { extension: string; tenant: string } | EdgeReply | Promise<EdgeReply> | undefined;
  /** Ways to the phones of an extension, best first; empty: none is registered. */
  routes(extension: string): readonly EdgeRoute[];
}

/** All that the engine is built from; tests and the simulator give other parts than `main.ts`. */
export interface PbxParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: Logger;
  readonly edge: SipEdge;
  readonly media: MediaEngine;
  readonly journal: CallJournal;
  readonly prompts: PromptCatalogue;
  readonly hotlines: Hotlines;
  readonly phones: Phones;
  /** Where recordings are kept after their calls; undefined: they stay as they are. */
  readonly shelf?: RecordingShelf;
}

const PUT_THROUGH_RING_MS = 60_000;
const ALLOW = 'INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, INFO, REFER, NOTIFY, MESSAGE, REGISTER';

/** The rooms above the two ports, wired: calls arrive, run through their hotline and end. */
export class Pbx {
  readonly acd: Acd;
  readonly trunks: Trunks;
  /** Calls that have not ended. */
  readonly calls: Calls;
  readonly #parts: PbxParts;
  readonly #features: FlowFeatures;
  readonly #directory: Directory;

  constructor(parts: PbxParts) {
    const { config, clock, ids, log, edge, media, journal, prompts } = parts;
    this.#parts = parts;
    const { rtpTimeoutMs } = config.media;
    this.calls = new Calls(
      { clock, ids, log, edge, media, journal, rtpTimeoutMs },
      (tenant, id) => config.agents.find((agent) => agent.tenant === tenant && agent.id === id)?.extension,
    );
    this.trunks = new Trunks({ configs: config.trunks, clock, ids, log, edge });
    this.#directory = {
      resolve: (destination, arrival) =>
        this.#resolve(destination, arrival.tenantId, arrival.caller || arrival.called),
      find: (number) => ({ kind: this.#isExtension(number) ? 'extension' : 'line', number }),
      party: (number, tenant) => this.#party(number, tenant),
      reachable: (destination) =>
        destination.kind === 'line' || this.#phoneRoutes(destination.number).length > 0,
    };
    const promptItems: FlowFeatures['promptItems'] = (names) => prompts.toItems(names);
    const recorder = new TalkRecording({
      folder: join(config.dataDir, RECORDINGS_FOLDER),
      template: config.recording.path,
      timeZone: config.timeZone,
      shelf: parts.shelf,
    });
    this.acd = new Acd({
      clock,
      ids,
      recorder,
      promptItems,
      directory: this.#directory,
      agents: config.agents,
      queues: config.queues,
    });
    const survey = new Survey({ surveys: config.surveys, promptItems });
    const voicemail = new Voicemail({
      boxes: config.mailboxes,
      promptItems,
      path: (call, box) =>
        recordingPath(
          `${config.dataDir}/voicemail/${safeName(box)}`,
          { tenantId: call.arrival.tenantId, callId: call.id, at: call.arrivedAt },
          config.timeZone,
        ),
    });
    this.#features = {
      promptItems,
      queue: (call, name, options) => serve(this.acd, call, name, options),
      dial: (call, steps, options) => dial(call, this.#directory, steps, { ...options, recorder }),
      record: (call, options) => voicemail.record(call, options),
      voicemail: (call, box) => voicemail.take(call, box),
      survey: (call, name) => survey.ask(call, name),
    };
  }

  /** Opens media, then the listeners: no call comes in before everything can take it. */
  async start(): Promise<void> {
    const { edge, media } = this.#parts;
    await media.start();
    await edge.start({
      onCall: (leg) => this.#onCall(leg),
      onRequest: (request) => this.#onRequest(request),
    });
    this.trunks.start();
  }

  /** Takes no new calls and resolves when the last one has ended, or after `limitMs`. */
  async drain(limitMs: number): Promise<void> {
    this.#parts.edge.drain();
    if (this.calls.size === 0) return;
    let timer: Timer | undefined;
    let off = () => {};
    await new Promise<void>((resolve) => {
      off = this.calls.events.on('callEnded', () => this.calls.size === 0 && resolve());
      timer = this.#parts.clock.after(limitMs, resolve);
    });
    timer?.cancel();
    off();
  }

  /** Ends what is left and closes both ports. */
  async close(): Promise<void> {
    await this.calls.close('shutdown');
    this.acd.close();
    await this.trunks.close();
    await this.#parts.edge.close();
    await this.#parts.media.close();
  }

  #onCall(leg: InboundLeg): void {
    const admitted = this.trunks.admit(leg.invite);
    if (!admitted) return this.#onPhoneCall(leg);
    const { trunk, caller, callerName, called, refused, release } = admitted;
    const hotline = this.#parts.hotlines.route(called);
    const tenantId = (hotline?.tenant ?? trunk.tenant) as TenantId;
    const { codecs, digits, busyTone, earlyMedia } = trunk;
    const party: Party | undefined = caller ? { tenant: tenantId, kind: 'line', number: caller } : undefined;
    const arrival = { tenantId, party, caller, callerName, called, trunk: trunk.name, earlyMedia };
    const call = this.#open(leg, { ...arrival, media: { codecs, digits, busyTone } }, release);
    if (refused) {
      call.note('step', { step: `trunk ${trunk.name}`, why: refused.why });
      return call.end(refused.cause);
    }
    if (!hotline) {
      call.note('step', { step: 'hotline', why: `no hotline has the number ${called}` });
      return call.end('unknown-number');
    }
    this.#run(call, hotline.run(new LiveCall(call, this.#features)));
  }

  /** An agent's phone calls a hotline, a colleague or, over a trunk, somebody outside. */
  #onPhoneCall(leg: InboundLeg): void {
    const phone = this.#parts.phones.identify(leg.invite);
    if (!phone) return this.#refuseStranger(leg);
    const refuse = (reply: EdgeReply) => leg.end({ cause: 'forbidden', ...reply });
    if (phone instanceof Promise) return void phone.then(refuse);
    if ('status' in phone) return refuse(phone);
    const party: Party = { tenant: phone.tenant as TenantId, kind: 'extension', number: phone.extension };
    if (leg.replaces) return void replacePartner(leg, party, this.calls);
    const called = leg.invite.target.user;
    const hotline = this.#parts.hotlines.route(called);
    const call = this.#open(leg, {
      tenantId: (hotline?.tenant ?? phone.tenant) as TenantId,
      party,
      caller: phone.extension,
      callerName: leg.invite.from.displayName,
      called,
      trunk: 'phone',
      earlyMedia: true,
      media: { nat: true },
    });
    this.#run(call, hotline?.run(new LiveCall(call, this.#features)) ?? this.#putThrough(call, called));
  }

  /** A call between phones, or from a phone out: not recorded; it ends the way the dialling did. */
  async #putThrough(call: Call, called: string): Promise<void> {
    const target = { name: called, destination: this.#directory.find(called) };
    const steps = [{ target, ringMs: PUT_THROUGH_RING_MS }];
    const { reason } = await dial(call, this.#directory, steps, { recorder: undefined });
    if (reason !== 'served') call.end(reason === 'failed' ? 'failure' : reason);
  }

  #open(leg: InboundLeg, arrival: Arrival, release?: () => void): Call {
    const call = this.calls.open(arrival, leg);
    if (release) call.events.once('ended', release);
    return call;
  }

  /** The call ends with its flow, one way or the other. */
  #run(call: Call, flow: Promise<unknown>): void {
    flow.then(
      () => call.end('normal'),
      (error: unknown) => {
        if (call.outcome) return;
        call.log.error({ err: error }, 'dialplan failed');
        call.note('step', { step: 'hotline', why: `failed: ${asError(error).message}` });
        call.end('dialplan-error');
      },
    );
  }

  #refuseStranger(leg: InboundLeg): void {
    const { address } = leg.invite.source;
    this.#parts.log.warn(
      { source: address, sipCallId: leg.sipCallId },
      'call from an unknown address refused',
    );
    leg.end({ cause: 'forbidden', silent: this.#parts.config.sip.unknownSource === 'silent' });
  }

  #onRequest(request: EdgeRequest): EdgeReply | Promise<EdgeReply> {
    switch (request.method) {
      case 'REGISTER': {
        const reply = this.#parts.phones.handle(request);
        if ('status' in reply && reply.status === 200) this.acd.phoneRegistered(request.to.user);
        return reply;
      }
      case 'OPTIONS':
        return { status: 200, headers: { Allow: ALLOW, Accept: 'application/sdp' } };
      default:
        return { status: 405, headers: { Allow: ALLOW } };
    }
  }

  #isExtension(number: string): boolean {
    return this.#parts.config.extensions.some((extension) => extension.number === number);
  }

  #party(number: string, tenant: string): PartyName {
    const agent = this.#parts.config.agents.find(
      (other) => other.extension === number && other.tenant === tenant,
    );
    if (agent) return { name: agent.id, kind: 'agent' };
    return { name: number, kind: this.#isExtension(number) ? 'extension' : 'line' };
  }

  #phoneRoutes(extension: string): readonly EdgeRoute[] {
    const fixed = this.#parts.config.extensions.find((other) => other.number === extension)?.contact;
    if (fixed === undefined) return this.#parts.phones.routes(extension);
    return [{ uri: fixed, from: { uri: fixed } }];
  }

  #resolve(destination: Destination, tenant: string, shownNumber: string): Resolved {
    if (destination.kind === 'line') return this.#resolveLine(destination, tenant, shownNumber);
    const from = { uri: `sip:${escapeUser(shownNumber)}@${this.#parts.config.sip.domain}` };
    const routes = this.#phoneRoutes(destination.number).map((route) => ({ ...route, from }));
    const why = routes.length > 0 ? '' : 'phone is not registered';
    return { routes, why, media: { nat: true } };
  }

  /** The first trunk that can take the call, and behind it the others in the order of failover. */
  #resolveLine({ number, trunk }: Destination, tenant: string, callerId: string): Resolved {
    let whyNot = '';
    const ways = this.trunks.waysOut({ number, tenant, trunk, callerId }, (why) => {
      whyNot = whyNot ? `${whyNot}; ${why}` : why;
    });
    const next = (): Resolved => {
      const { value } = ways.next();
      if (!value) return { routes: [], why: whyNot };
      const { codecs, digits, busyTone } = value.trunk;
      return {
        routes: [value.route],
        why: '',
        media: { codecs, digits, busyTone },
        onEnded: whenEnded(value),
        next,
      };
    };
    return next();
  }
}

/** Gives a way's channel back and notes how it went. Stands alone: a talk must not keep the other ways with it. */
function whenEnded({ release, observe }: WayOut): NonNullable<Resolved['onEnded']> {
  return (ending) => {
    release();
    if (ending?.by !== 'local') observe(ending?.by !== 'edge');
  };
}
