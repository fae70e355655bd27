import type { Party } from '../call/arrival.ts';
import type { Calls } from '../call/calls.ts';
import { type FlowFeatures, LiveCall } from '../dialplan/run/live-call.ts';
import type { InboundLeg } from '../edge/edge.ts';
import { SYSTEM_TENANT } from '../provisioning/snapshot.ts';
import type { TenantId } from '../shared/ids.ts';
import type { TrunkCall } from '../trunk/trunks.ts';
import type { Hotlines } from './hotlines.ts';
import { runFlow } from './run-flow.ts';

export interface TrunkCallsParts {
  readonly calls: Calls;
  readonly hotlines: Hotlines;
  readonly features: FlowFeatures;
}

/** Calls that come in over a trunk: each goes through the hotline that has its number. */
export class TrunkCalls {
  readonly #parts: TrunkCallsParts;

  constructor(parts: TrunkCallsParts) {
    this.#parts = parts;
  }

  take(leg: InboundLeg, admitted: TrunkCall): void {
    const { calls, hotlines, features } = this.#parts;
    const { trunk, caller, callerName, called, sent, diversions } = admitted;
    const hotline = hotlines.route(called);
    const tenantId = (hotline?.tenant ?? trunk.tenant) as TenantId;
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
    if (!hotline) {
      call.note('step', { step: 'hotline', why: `no hotline has the number ${called}` });
      return call.end('unknown-number');
    }
    runFlow(call, hotline.run(new LiveCall(call, features)));
  }
}
