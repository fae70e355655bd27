import type { Arrival, Party } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import { speakAsPhone } from '../call/caller-speech.ts';
import type { Calls } from '../call/calls.ts';
import type { Directory, OutsideRefusal } from '../call/destination.ts';
import { mirror } from '../call/mirror.ts';
import { putThrough } from '../call/put-through.ts';
import { replaceDialog } from '../call/replace.ts';
import type { TalkOptions } from '../call/talk-options.ts';
import { type FlowFeatures, LiveCall } from '../dialplan/run/live-call.ts';
import type { EdgeReply, InboundLeg } from '../edge/edge.ts';
import { isFeatureCode } from '../provisioning/feature-codes.ts';
import { phoneLanguage } from '../provisioning/phone-language.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import { SYSTEM_TENANT } from '../provisioning/snapshot.ts';
import { causeOf } from '../shared/errors.ts';
import type { TenantId } from '../shared/ids.ts';
import type { Logger } from '../shared/logger.ts';
import type { SourceLog } from '../shared/source-log.ts';
import type { AgentCodes, RefusedCode } from './agent-codes.ts';
import { isEmergency } from './emergency.ts';
import { dialledFeature, refuseCode, serveFeature } from './feature-codes.ts';
import type { GroupCalls } from './group-calls.ts';
import type { Hotlines, RoutedHotline } from './hotlines.ts';
import type { AtNumber } from './inside.ts';
import type { PhoneSettings } from './phone-settings.ts';
import type { Phones } from './phones.ts';
import { refuseOutside } from './refuse-outside.ts';
import { runFlow } from './run-flow.ts';
import { mailboxOf } from './unanswered.ts';

export interface PhoneCallsParts {
  readonly calls: Calls;
  /** What feature codes the companies have. */
  readonly provisioning: Provisioned;
  readonly phones: Phones;
  readonly hotlines: Hotlines;
  readonly features: FlowFeatures;
  readonly directory: Directory;
  readonly settings: PhoneSettings;
  readonly groups: Pick<GroupCalls, 'colleagues'>;
  /** Groups of phones, conference rooms. */
  readonly services: AtNumber;
  /** What agents do by feature code. */
  readonly agents: AgentCodes;
  /** What serves a phone that hears its messages; undefined: nothing does. */
  readonly hearMessages: ((call: Call, extension: string) => Promise<void>) | undefined;
  /** What a phone shows to another company; empty: withheld. */
  readonly publicNumber: (party: Party) => string;
  readonly talk: Pick<TalkOptions, 'recorder' | 'music'>;
  readonly log: Logger;
  /** Told of each call from an unknown address. */
  readonly strangers: SourceLog;
  /** What a call from an unknown address gets. */
  readonly unknownSource: 'silent' | 'forbidden';
}

const PUT_THROUGH_RING_MS = 60_000;

/** Calls of phones: to a hotline, to a colleague or, over a trunk, to somebody outside. */
export class PhoneCalls {
  readonly #parts: PhoneCallsParts;

  constructor(parts: PhoneCallsParts) {
    this.#parts = parts;
  }

  take(leg: InboundLeg): void {
    const { calls, phones, features } = this.#parts;
    const phone = phones.identify(leg.invite);
    if (!phone) return this.#refuseStranger(leg);
    const refuse = (reply: EdgeReply) => leg.end({ cause: 'forbidden', ...reply });
    if (phone instanceof Promise) return void phone.then(refuse);
    if ('status' in phone) return refuse(phone);
    const party: Party = { tenant: phone.tenant as TenantId, kind: 'extension', number: phone.extension };
    if (leg.replaces) return this.#serve(leg, party, replaceDialog(leg, party, calls));
    const called = leg.invite.target.user;
    if (isFeatureCode(called)) return this.#serve(leg, party, this.#dialCode(leg, party));
    const serve = this.#parts.services(called, party.tenant);
    if (serve) {
      const call = this.#open(leg, party, party.tenant, fromColleague(leg, party.number));
      return runFlow(call, serve(call));
    }
    const hotline = this.#hotlineFor(called, party.tenant);
    if (!hotline) return this.#putThrough(leg, party);
    const { tenant = party.tenant } = hotline;
    const refusal = tenant === party.tenant ? undefined : this.#refusal(called, party);
    if (refusal) return this.#refuse(leg, party, refusal);
    const call =
      tenant === party.tenant
        ? this.#open(leg, party, tenant, fromColleague(leg, party.number))
        : this.#openAcross(leg, party, tenant);
    runFlow(call, hotline.run(new LiveCall(call, features)));
  }

  /** What acts on calls that there are already may fail with them: the phone is told, and nobody else harmed. */
  #serve(leg: InboundLeg, { tenant, number: extension }: Party, done: Promise<void>): void {
    done.catch((err: unknown) => {
      const called = leg.invite.target.user;
      this.#parts.log.error({ err, tenant, extension, called }, 'what a phone dialled could not be done');
      leg.end({ cause: causeOf(err) });
    });
  }

  /**
   * The hotline that serves a number dialled in a company: one of its own, or another's where the number means nothing in
   * the house. Nobody's hotline takes emergency calls, nor those for the phones of others.
   */
  #hotlineFor(called: string, tenant: string): RoutedHotline | undefined {
    const { hotlines, directory, provisioning } = this.#parts;
    const hotline = hotlines.route(called);
    if (!hotline || isEmergency(provisioning, tenant, called)) return undefined;
    const isOwn = (hotline.tenant ?? tenant) === tenant;
    return isOwn || directory.find(called, tenant).kind === 'line' ? hotline : undefined;
  }

  /** A code acts on a call that there is already, or turns a switch; what cannot be done makes a call that tells so. */
  async #dialCode(leg: InboundLeg, party: Party): Promise<void> {
    const { calls, agents, provisioning, directory, features, hotlines, settings, groups } = this.#parts;
    const { tenant } = party;
    const code = leg.invite.target.user;
    const turn = hotlines.switchCode(code, tenant);
    const dialled = dialledFeature(provisioning, tenant, code, turn !== undefined);
    const open = () => this.#open(leg, party, tenant, fromColleague(leg, party.number));
    let refused: RefusedCode = { why: `there is no feature code ${code}`, prompt: 'invalid-key' };
    if (dialled) {
      const who = directory.party(party.number, tenant);
      const undone = await serveFeature(dialled, {
        calls,
        agents,
        leg,
        party,
        who,
        open,
        settings,
        directory,
        features,
        groups,
        hearMessages: this.#parts.hearMessages,
      });
      if (undone === undefined || leg.state === 'ended') return;
      refused = undone;
    }
    const call = open();
    runFlow(
      call,
      turn && !dialled ? turn.run(new LiveCall(call, features)) : refuseCode(call, features, refused),
    );
  }

  /** A call between phones, or from a phone out: not recorded; it ends the way the dialling did. */
  #putThrough(leg: InboundLeg, party: Party): void {
    const { directory, talk } = this.#parts;
    const { tenant } = party;
    const name = leg.invite.target.user;
    const destination = directory.find(name, tenant);
    const refusal = this.#refusal(name, party);
    if (refusal) return this.#refuse(leg, party, refusal);
    const from = fromColleague(leg, party.number);
    const direction = destination.kind === 'line' ? 'outbound' : 'internal';
    const call = this.#open(leg, party, tenant, { ...from, direction });
    const unanswered = mailboxOf(this.#parts, destination, tenant);
    const step = { target: { name, destination }, ringMs: unanswered?.ringMs ?? PUT_THROUGH_RING_MS };
    runFlow(call, putThrough(call, directory, step, { ...talk, record: false }, unanswered?.serve));
  }

  /** Why a phone may not call a number; undefined: it may. */
  #refusal(number: string, party: Party): OutsideRefusal | undefined {
    const { directory } = this.#parts;
    return directory.refusal(directory.find(number, party.tenant), party);
  }

  /** A call out that the phone has no right to: told to who dials, and in the record. */
  #refuse(leg: InboundLeg, party: Party, refusal: OutsideRefusal): void {
    const { features } = this.#parts;
    const call = this.#open(leg, party, party.tenant, {
      ...fromColleague(leg, party.number),
      direction: 'outbound',
    });
    runFlow(call, refuseOutside(call, features, refusal));
  }

  /** A call to another company: each has its own, inbound there and outbound here, by the same SIP Call-ID. */
  #openAcross(leg: InboundLeg, party: Party, tenant: string): Call {
    const { calls, publicNumber } = this.#parts;
    const call = this.#open(leg, party, tenant, fromOutside(publicNumber(party)));
    const who = { ...fromColleague(leg, party.number), direction: 'outbound' } as const;
    mirror(calls.openBeside(arrivalOf(leg, party, party.tenant, who), leg), call);
    return call;
  }

  /** `tenant`: whose phone or hotline is called. */
  #open(leg: InboundLeg, party: Party, tenant: string, who: Caller): Call {
    const call = this.#parts.calls.open(arrivalOf(leg, party, tenant, who), leg);
    const language = tenant === party.tenant ? this.#languageOf(party) : undefined;
    if (language !== undefined) speakAsPhone(call, language);
    return call;
  }

  #languageOf({ tenant, number }: Party): string | undefined {
    const { directory, provisioning } = this.#parts;
    const { name, kind } = directory.party(number, tenant);
    return phoneLanguage(provisioning.snapshot, tenant, number, kind === 'agent' ? name : undefined);
  }

  #refuseStranger(leg: InboundLeg): void {
    this.#parts.strangers.note(leg.invite.source.address);
    leg.end({ cause: 'forbidden', silent: this.#parts.unknownSource === 'silent' });
  }
}

/** `tenant`: whose call it is. */
function arrivalOf(leg: InboundLeg, party: Party, tenant: string, who: Caller): Arrival {
  const called = leg.invite.target.user;
  return {
    ...who,
    tenantId: tenant as TenantId,
    party,
    called,
    sent: { from: who.caller, to: called, identity: undefined },
    diversions: [],
    earlyMedia: true,
    media: { signallingAddress: leg.invite.source.address },
  };
}

type Caller = Pick<Arrival, 'origin' | 'direction' | 'caller' | 'callerName'>;

function fromColleague(leg: InboundLeg, extension: string): Caller {
  return {
    origin: { extension },
    direction: 'internal',
    caller: extension,
    callerName: leg.invite.from.displayName,
  };
}

/** A phone of another company calls like anybody: no name or number of its house crosses. */
function fromOutside(caller: string): Caller {
  return { origin: { trunk: SYSTEM_TENANT }, direction: 'inbound', caller, callerName: undefined };
}
