import type { EdgeRequest } from '../edge/edge.ts';
import { normaliseCalled, subscriberOf } from '../numbering/number.ts';
import type { Trunk as TrunkConfig } from '../provisioning/kind/trunk.ts';
import { rewrite } from './rewrite.ts';

/** The number that was dialled, in its one form. */
export function calledNumber(invite: EdgeRequest, config: TrunkConfig): string {
  const asSent = rewrite(subscriberOf(calledUser(invite, config)), config.rewrite.calledIn);
  return normaliseCalled(asSent, config.areaCode);
}

/**
 * Who is called: the Request-URI's user. A carrier that we are registered with may put our Contact there (RFC 3261
 * 16.5), others an account of ours, or our address alone (19.1.1: the user is optional); then To tells what was dialled.
 */
function calledUser({ target, to }: EdgeRequest, { register, identify }: TrunkConfig): string {
  const { user } = target;
  const isOurs = user === '' || user === register?.username || user === identify?.user;
  return isOurs ? to.user : user;
}
