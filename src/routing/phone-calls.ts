import type { Arrival, Party } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import type { Calls } from '../call/calls.ts';
import type { Directory } from '../call/destination.ts';
import { dial } from '../call/dial.ts';
import { endRefused } from '../call/end-refused.ts';
import { replaceDialog } from '../call/replace.ts';
import type { TalkOptions } from '../call/talk-options.ts';
import { type FlowFeatures, LiveCall } from '../dialplan/run/live-call.ts';
import type { EdgeReply, InboundLeg } from '../edge/edge.ts';
import { SYSTEM_TENANT } from '../provisioning/snapshot.ts';
import type { TenantId } from '../shared/ids.ts';
import type { SourceLog } from '../shared/source-log.ts';
import { isFeatureCode, refuseCode } from './feature-codes.ts';
import type { Hotlines } from './hotlines.ts';
import type { Phones } from './phones.ts';
import { runFlow } from './run-flow.ts';

export interface PhoneCallsParts {
  readonly calls: Calls;
  readonly phones: Phones;
  readonly hotlines: Hotlines;
  readonly features: FlowFeatures;
  readonly directory: Directory;
  /** What a company shows to others; empty: withheld. */
  readonly publicNumber: (tenant: string) => string;
  readonly talk: Pick<TalkOptions, 'recorder' | 'music'>;
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
    const { calls, phones, hotlines, features, directory } = this.#parts;
    const phone = phones.identify(leg.invite);
    if (!phone) return this.#refuseStranger(leg);
    const refuse = (reply: EdgeReply) => leg.end({ cause: 'forbidden', ...reply });
    if (phone instanceof Promise) return void phone.then(refuse);
    if ('status' in phone) return refuse(phone);
    const party: Party = { tenant: phone.tenant as TenantId, kind: 'extension', number: phone.extension };
    if (leg.replaces) return void replaceDialog(leg, party, calls);
    const called = leg.invite.target.user;
    const hotline = hotlines.route(called);
    const tenant = hotline?.tenant ?? phone.tenant;
    const leadsOut = !hotline && directory.find(called, phone.tenant).kind === 'line';
    const who =
      tenant === phone.tenant
        ? fromColleague(leg, phone.extension, leadsOut)
        : fromOutside(this.#parts.publicNumber(phone.tenant));
    const call = calls.open(
      {
        ...who,
        tenantId: tenant as TenantId,
        party,
        called,
        sent: { from: who.caller, to: called, identity: undefined },
        diversions: [],
        earlyMedia: true,
        media: { signallingAddress: leg.invite.source.address },
      },
      leg,
    );
    if (hotline) return runFlow(call, hotline.run(new LiveCall(call, features)));
    runFlow(call, isFeatureCode(called) ? refuseCode(call, features) : this.#putThrough(call, called));
  }

  /** A call between phones, or from a phone out: not recorded; it ends the way the dialling did. */
  async #putThrough(call: Call, called: string): Promise<void> {
    const { directory } = this.#parts;
    const target = { name: called, destination: directory.find(called, call.arrival.tenantId) };
    const steps = [{ target, ringMs: PUT_THROUGH_RING_MS }];
    const dialled = await dial(call, directory, steps, { talk: { ...this.#parts.talk, record: false } });
    if (dialled.reason !== 'served') endRefused(call, dialled.refusal);
  }

  #refuseStranger(leg: InboundLeg): void {
    this.#parts.strangers.note(leg.invite.source.address);
    leg.end({ cause: 'forbidden', silent: this.#parts.unknownSource === 'silent' });
  }
}

type Caller = Pick<Arrival, 'origin' | 'direction' | 'caller' | 'callerName'>;

function fromColleague(leg: InboundLeg, extension: string, leadsOut: boolean): Caller {
  return {
    origin: { extension },
    direction: leadsOut ? 'outbound' : 'internal',
    caller: extension,
    callerName: leg.invite.from.displayName,
  };
}

/** A phone of another company calls like anybody: no name or number of its house crosses. */
function fromOutside(caller: string): Caller {
  return { origin: { trunk: SYSTEM_TENANT }, direction: 'inbound', caller, callerName: undefined };
}
