import type { Call } from '../call/call.ts';
import type { Directory } from '../call/destination.ts';
import { type FlowFeatures, LiveCall } from '../dialplan/run/live-call.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import { isEmergency } from './emergency.ts';
import type { Hotlines } from './hotlines.ts';

/** What serves a caller at a number of a company's own that is neither phone nor hotline; undefined: it has no such number. */
export type AtNumber = (number: string, tenant: string) => ((call: Call) => Promise<unknown>) | undefined;

/** The first of several that has the number. None has an emergency number. */
export function firstAt(provisioning: Provisioned, ...services: readonly AtNumber[]): AtNumber {
  return (number, tenant) => {
    if (isEmergency(provisioning, tenant, number)) return undefined;
    for (const at of services) {
      const serve = at(number, tenant);
      if (serve) return serve;
    }
    return undefined;
  };
}

/** What serves a caller at a number of a tenant's own that is no phone: its groups of phones, conference rooms and hotlines. */
export function insideOf(
  hotlines: Hotlines,
  features: FlowFeatures,
  services: AtNumber,
): Directory['inside'] {
  return (number, tenant) => {
    const serve = services(number, tenant);
    if (serve) return serve;
    const hotline = hotlines.route(number);
    if (!hotline || (hotline.tenant ?? tenant) !== tenant) return undefined;
    return (call) => hotline.run(new LiveCall(call, features));
  };
}
