import type { EdgeRequest } from '../edge/edge.ts';
import { normaliseCalled, subscriberOf } from '../numbering/number.ts';
import type { Trunk as TrunkConfig } from '../provisioning/kind/trunk.ts';
import { rewrite } from './rewrite.ts';

/** What of an INVITE tells who is called. */
type Called = Pick<EdgeRequest, 'target' | 'to'>;

/** The number that was dialled, in its one form. */
export function calledNumber(invite: Called, config: TrunkConfig): string {
  const asSent = rewrite(subscriberOf(calledUser(invite, config)), config.rewrite.calledIn);
  return normaliseCalled(asSent, config.areaCode);
}

/**
 * Whether the Request-URI names us and not the number: a carrier that we are registered with may put our Contact there (RFC 3261
 * 16.5), others an account of ours, or our address alone (19.1.1: the user is optional); then To tells what was dialled.
 */
export function namesUs({ target: { user } }: Called, { register, identify }: TrunkConfig): boolean {
  return user === '' || user === register?.username || user === identify?.user;
}

/** Who is called: the Request-URI's user, or To's. */
export const calledUser = (invite: Called, config: TrunkConfig): string =>
  namesUs(invite, config) ? invite.to.user : invite.target.user;
