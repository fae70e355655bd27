import type { Party } from '../call/arrival.ts';
import type { Call } from '../call/call.ts';
import type { Calls } from '../call/calls.ts';
import type { Directory } from '../call/destination.ts';
import type { DialRequest } from '../call/dial.ts';
import { putThrough } from '../call/put-through.ts';
import { type FlowFeatures, LiveCall } from '../dialplan/run/live-call.ts';
import type { InboundLeg } from '../edge/edge.ts';
import type { Extension } from '../provisioning/kind/extension.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import { SYSTEM_TENANT } from '../provisioning/snapshot.ts';
import type { TenantId } from '../shared/ids.ts';
import type { TrunkCall } from '../trunk/trunks.ts';
import type { DirectLines } from './direct-lines.ts';
import type { Hotlines } from './hotlines.ts';
import { runFlow } from './run-flow.ts';
import { mailboxOf } from './unanswered.ts';

export interface TrunkCallsParts {
  readonly calls: Calls;
  readonly provisioning: Provisioned;
  readonly directLines: DirectLines;
  readonly directory: Directory;
  readonly talk: DialRequest['talk'];
  readonly hotlines: Hotlines;
  readonly features: FlowFeatures;
}

/** A direct line rings so long. */
const DIRECT_RING_MS = 60_000;

/** Calls that come in over a trunk: each goes through the hotline that has its number, or to the extension whose own it is (直线). */
export class TrunkCalls {
  readonly #parts: TrunkCallsParts;

  constructor(parts: TrunkCallsParts) {
    this.#parts = parts;
  }

  take(leg: InboundLeg, admitted: TrunkCall): void {
    const { calls, hotlines, features, directLines } = this.#parts;
    const { trunk, caller, callerName, called, sent, diversions } = admitted;
    const hotline = hotlines.route(called);
    const direct = hotline ? undefined : directLines.at(called, trunk);
    const tenantId = (hotline?.tenant ?? direct?.tenant ?? trunk.tenant) as TenantId;
    const { codecs, digits, busyTone, earlyMedia } = trunk;
    // The line of another company is to this one the network that all share: its name says nothing here.
    const isKnown = trunk.tenant === tenantId || trunk.tenant === SYSTEM_TENANT;
    const party: Party | undefined = caller ? { tenant: tenantId, kind: 'line', number: caller } : undefined;
    const call = calls.open(
      {
        tenantId,
        party,
        origin: { trunk: isKnown ? trunk.name : SYSTEM_TENANT },
        direction: 'inbound',
        caller,
        callerName,
        called,
        sent,
        diversions,
        earlyMedia,
        media: { codecs, digits, busyTone },
      },
      leg,
    );
    const release = admitted.take(tenantId);
    if (typeof release === 'string') {
      call.note('step', { step: `trunk ${trunk.name}`, why: release });
      call.note('barred', { rule: 'trunk' });
      return call.end('channel-limit');
    }
    call.events.once('ended', release);
    if (direct) return this.#ringDirect(call, direct);
    if (!hotline) {
      call.note('step', { step: 'hotline', why: `no hotline has the number ${called}` });
      return call.end('unknown-number');
    }
    runFlow(call, hotline.run(new LiveCall(call, features)));
  }

  /** Not recorded, as a call between phones. */
  #ringDirect(call: Call, { number }: Extension): void {
    const { directory, talk } = this.#parts;
    const { tenantId, called } = call.arrival;
    call.note('step', { step: `direct line ${called}`, why: `it is the number of extension ${number}` });
    const target = {
      ...directory.party(number, tenantId),
      destination: { kind: 'extension', number } as const,
    };
    const unanswered = mailboxOf(this.#parts, target.destination, tenantId);
    const step = { target, ringMs: unanswered?.ringMs ?? DIRECT_RING_MS };
    runFlow(call, putThrough(call, directory, step, talk, unanswered?.serve));
  }
}
