/**
 * What a trunk's rules make of a number, step by step (号码规则试算): by the same functions that its calls go through, nothing dialled, no
 * channel taken.
 */
import type { NameAddress } from '../edge/edge.ts';
import { normaliseCalled, normaliseCaller, subscriberOf } from '../numbering/number.ts';
import type { RewriteRule, Trunk } from '../provisioning/kind/trunk.ts';
import { parseNameAddr, parseUri, type Uri } from '../sip/message/index.ts';
import { calledUser, namesUs } from './called-number.ts';
import { callerOf, isAnonymous } from './caller-id.ts';
import { rewrite, ruleFor } from './rewrite.ts';
import { routeOf } from './route-of.ts';
import { type Showing, shownOver } from './shown-number.ts';

/** What one step made of a number. */
export interface TrialStep {
  /** Whose number it is. */
  readonly of: 'called' | 'caller';
  /**
   * `request-uri`, `to`, `pai`, `rpid`, `from`: where it was read; `from-instead`: the header that was to tell it is not there;
   * `parameters`: what follows a semicolon is taken off; `rule`, `no-rule`: changed by the trunk's rules, or by none; `one-form`: brought to
   * the form that hotlines, lists and records have; `withheld`; `dialled`, `wanted`: as it was given; `shown`, `not-own`: what the trunk lets be
   * shown; `sent`: where it goes out.
   */
  readonly step: string;
  readonly before: string;
  readonly after: string;
  /** Place of the rule in its list, from 0. */
  readonly rule: number | undefined;
}

/** A call as a carrier sends it: each a number, or a URI. */
export interface TriedIn {
  readonly called: string;
  /** As the Request-URI where left out. */
  readonly to?: string | undefined;
  readonly caller: string;
  readonly identity?: string | undefined;
  readonly remoteParty?: string | undefined;
  readonly privacy?: string | undefined;
}

export interface TrialIn {
  readonly steps: readonly TrialStep[];
  readonly called: string;
  /** '': withheld. */
  readonly caller: string;
}

export interface TrialOut {
  readonly steps: readonly TrialStep[];
  /** Undefined: the trunk has no way out. */
  readonly requestUri: string | undefined;
  readonly from: string | undefined;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** Steps in the order in which they are taken. */
class Steps {
  readonly all: TrialStep[] = [];
  readonly #of: TrialStep['of'];

  constructor(of: TrialStep['of']) {
    this.#of = of;
  }

  add(step: string, before: string, after: string, rule?: number): string {
    this.all.push({ of: this.#of, step, before, after, rule });
    return after;
  }

  subscriber(user: string): string {
    const after = subscriberOf(user);
    return after === user ? user : this.add('parameters', user, after);
  }

  rewritten(number: string, rules: readonly RewriteRule[]): string {
    const rule = ruleFor(number, rules);
    if (rule < 0) return rules.length === 0 ? number : this.add('no-rule', number, number);
    return this.add('rule', number, rewrite(number, rules), rule);
  }
}

/** Of a call in. */
export function tryIn(config: Trunk, asked: TriedIn): TrialIn {
  const invite = inviteOf(asked);
  const called = new Steps('called');
  const user = calledUser(invite, config);
  const place = namesUs(invite, config) ? 'to' : 'request-uri';
  called.add(place, place === 'to' ? (asked.to ?? asked.called) : asked.called, user);
  const calledAsSent = called.rewritten(called.subscriber(user), config.rewrite.calledIn);
  const calledNumber = called.add('one-form', calledAsSent, normaliseCalled(calledAsSent, config.areaCode));
  const caller = new Steps('caller');
  const identity = callerOf(invite, config.callerIdIn);
  const isThere = config.callerIdIn === 'from' || identity !== invite.from;
  caller.add(isThere ? config.callerIdIn : 'from-instead', identity.uri, identity.user);
  const callerAsSent = caller.rewritten(caller.subscriber(identity.user), config.rewrite.callerIn);
  const callerNumber = caller.add('one-form', callerAsSent, normaliseCaller(callerAsSent, config.areaCode));
  const isHidden = isAnonymous(invite, config.callerIdIn);
  if (isHidden) caller.add('withheld', callerNumber, '');
  return {
    steps: [...called.all, ...caller.all],
    called: calledNumber,
    caller: isHidden ? '' : callerNumber,
  };
}

/** Of a call out: `tenant` is whose it is. */
export function tryOut(
  config: Trunk,
  { number, tenant, shows }: { readonly number: string; readonly tenant: string; readonly shows: Showing },
): TrialOut {
  const caller = new Steps('caller');
  const shown = shownOver(config, tenant, shows);
  if (shows.number !== '') caller.add('wanted', shows.number, shows.number);
  const isOther = shows.number !== '' && shown !== shows.number;
  caller.add(isOther ? 'not-own' : 'shown', shows.number, shown);
  if (shown === '') caller.add('withheld', '', '');
  else caller.rewritten(shown, config.rewrite.callerOut);
  const called = new Steps('called');
  called.add('dialled', number, number);
  called.rewritten(number, config.rewrite.calledOut);
  if (config.uri === undefined)
    return { steps: [...called.all, ...caller.all], requestUri: undefined, from: undefined, headers: [] };
  const route = routeOf(config, { number }, shown, undefined);
  return {
    steps: [...called.all, ...caller.all],
    requestUri: route.uri,
    from: route.from.uri,
    headers: Object.entries(route.headers ?? {}).map(([name, value]) => ({
      name,
      value: [value].flat().join(', '),
    })),
  };
}

/** The INVITE of which it is asked, as the functions of calls read one. */
function inviteOf({ called, to, caller, identity, remoteParty, privacy }: TriedIn) {
  const lists: Readonly<Record<string, string | undefined>> = {
    'p-asserted-identity': identity,
    'remote-party-id': remoteParty,
  };
  return {
    target: addressOf(called),
    to: addressOf(to ?? called),
    from: addressOf(caller),
    header: (name: string) => (name === 'privacy' ? privacy : undefined),
    addresses: (name: string) => {
      const text = lists[name];
      return text === undefined || text === '' ? [] : [addressOf(text)];
    },
  };
}

/** A number, a URI, or one with a name before it and parameters behind. */
function addressOf(text: string): NameAddress {
  const trimmed = text.trim();
  const named = trimmed.includes('<') ? parseNameAddr(trimmed) : undefined;
  const uri: Uri | undefined = named?.uri ?? (trimmed.includes(':') ? parseUri(trimmed) : undefined);
  return {
    displayName: named?.displayName || undefined,
    uri: uri?.text ?? trimmed,
    scheme: uri?.scheme ?? 'sip',
    user: uri ? uri.user : trimmed,
    host: uri?.host.toLowerCase() ?? '',
    port: uri?.port,
    params: new Map(named?.params ?? []),
  };
}
