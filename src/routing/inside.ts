import type { Directory } from '../call/destination.ts';
import { type FlowFeatures, LiveCall } from '../dialplan/run/live-call.ts';
import type { GroupCalls } from './group-calls.ts';
import type { Hotlines } from './hotlines.ts';

/** What serves a caller at a number of a tenant's own that is no phone: its groups of phones and hotlines. */
export function insideOf(
  hotlines: Hotlines,
  features: FlowFeatures,
  groups: Pick<GroupCalls, 'at'>,
): Directory['inside'] {
  return (number, tenant) => {
    const group = groups.at(number, tenant);
    if (group) return group;
    const hotline = hotlines.route(number);
    if (!hotline || (hotline.tenant ?? tenant) !== tenant) return undefined;
    return (call) => hotline.run(new LiveCall(call, features));
  };
}
