import { isIP } from 'node:net';
import type { Arrival, Asker, Party, PartyName } from '../call/arrival.ts';
import type {
  CallSettings,
  Destination,
  Directory,
  Occasion,
  OutsideRefusal,
  Resolved,
  RingRoute,
} from '../call/destination.ts';
import type { AreaTable } from '../numbering/area-table.ts';
import { isFeatureCode } from '../provisioning/feature-codes.ts';
import type { Agent } from '../provisioning/kind/agent.ts';
import type { Extension } from '../provisioning/kind/extension.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Subscription } from '../shared/events.ts';
import { hostForSocket, parseUri } from '../sip/message/index.ts';
import type { Diversion } from '../trunk/forwarding.ts';
import type { Showing } from '../trunk/shown-number.ts';
import type { Trunks } from '../trunk/trunks.ts';
import type { WayOut } from '../trunk/way-out.ts';
import { isEmergency } from './emergency.ts';
import { dialledFeature } from './feature-codes.ts';
import { forwardedBy } from './forwarded-by.ts';
import type { Hotlines } from './hotlines.ts';
import type { CountedCall, OutsideLimits } from './outside-limits.ts';
import { OutsideRights } from './outside-rights.ts';
import type { PhoneSettings } from './phone-settings.ts';
import type { Phones } from './phones.ts';
import { shownToPhone } from './shown-to-phones.ts';
import type { SilentPhones } from './silent-phones.ts';

export interface DestinationsParts {
  readonly provisioning: Provisioned;
  /** The agent who sits at an extension's phone, or at a number outside, now. */
  readonly agentAt: (tenant: string, seat: Destination) => string | undefined;
  /** Host of our numbers in From. */
  readonly domain: string;
  readonly phones: Phones;
  /** Whose phones say nothing since the engine began. */
  readonly silent: Pick<SilentPhones, 'has'>;
  readonly trunks: Trunks;
  /** Where mobiles are at home. */
  readonly areas: Pick<AreaTable, 'areaOf'>;
  readonly settings: PhoneSettings;
  readonly limits: Pick<OutsideLimits, 'refusal' | 'begin'>;
  /** Where a company's calendar stands. */
  readonly period: Hotlines['period'];
  readonly inside: Directory['inside'];
}

const TRUNKS_NUMBER: Showing = { number: '', isHotline: false };

/** Where extensions and outside numbers are reached: the directory of the calls, made of registrar and trunks. */
export class Destinations implements Directory {
  readonly #parts: DestinationsParts;
  readonly #rights: OutsideRights;

  constructor(parts: DestinationsParts) {
    this.#parts = parts;
    this.#rights = new OutsideRights(parts);
  }

  resolve(destination: Destination, arrival: Arrival, occasion: Occasion): Resolved {
    const { asker, forwarded } = occasion;
    const { tenantId } = arrival;
    if (destination.kind === 'line') {
      const refusal = this.#lineRefusal(destination, tenantId, asker);
      if (refusal) return { routes: [], cause: 'forbidden', ...refusal };
      const diversion = forwardedBy(arrival, asker, forwarded, (party) => this.publicNumber(party));
      return this.#resolveLine(destination, tenantId, asker, diversion);
    }
    const { number } = destination;
    const atQueue = occasion.queue === undefined ? undefined : this.#agentAt(tenantId, number)?.autoAnswer;
    const { autoAnswer = atQueue } = occasion;
    const shown = shownToPhone(this.#parts.provisioning, arrival, occasion, {
      domain: this.#parts.domain,
      autoAnswer,
      isWhole: this.maySee(tenantId, number) || this.find(arrival.caller, tenantId).kind === 'extension',
    });
    const routes = this.#phoneRoutes(tenantId, number).map((route) => ({ ...route, ...shown }));
    const why = routes.length > 0 ? '' : 'phone is not registered';
    return { routes, why };
  }

  refusal(destination: Destination, asker: Asker | undefined): OutsideRefusal | undefined {
    const isAsked = destination.kind === 'line' && asker?.kind === 'extension';
    return isAsked ? this.#lineRefusal(destination, asker.tenant, asker) : undefined;
  }

  /** Whatever the company's plan calls is held to its limits only. */
  #lineRefusal(
    { number }: Destination,
    company: string,
    asker: Asker | undefined,
  ): OutsideRefusal | undefined {
    if (isFeatureCode(number) || this.#isEmergency(company, number)) return undefined;
    return this.#rightRefusal(number, asker) ?? this.#parts.limits.refusal(company, asker);
  }

  #rightRefusal(number: string, asker: Asker | undefined): OutsideRefusal | undefined {
    if (asker?.kind !== 'extension') return undefined;
    const { tenant, number: extension } = asker;
    const right = this.#agentOf(asker)?.outside ?? this.#extension(tenant, extension)?.outside ?? 'none';
    return this.#rights.refusal(asker, right, number);
  }

  find(number: string, tenant: string): Destination {
    const isPhone = this.#extension(tenant, number) && !this.#isEmergency(tenant, number);
    return { kind: isPhone ? 'extension' : 'line', number };
  }

  settings(extension: string, tenant: string): CallSettings {
    return this.#parts.settings.of(tenant, extension);
  }

  forward(extension: string, number: string, tenant: string): Destination | string {
    const to = this.find(number, tenant);
    if (to.kind === 'extension') return to;
    if (isFeatureCode(number)) return 'a feature code rings nobody';
    if (this.inside(number, tenant)) return 'a number of our own that is no extension rings nobody';
    if (this.#extension(tenant, extension)?.forwardOutside) return to;
    return 'it is no extension of the company, and the phone has no right to forward outside (`forwardOutside`)';
  }

  inside(number: string, tenant: string): ReturnType<Directory['inside']> {
    return this.#parts.inside(number, tenant);
  }

  slot(number: string, tenant: string): string | undefined {
    const dialled = dialledFeature(this.#parts.provisioning, tenant, number);
    return dialled?.feature === 'park' ? dialled.digits : undefined;
  }

  party(number: string, tenant: string): PartyName {
    const kind = this.#extension(tenant, number) ? 'extension' : 'line';
    const agent = this.#agentAt(tenant, number, kind);
    return agent ? { name: agent.id, kind: 'agent' } : { name: number, kind };
  }

  onPhone({ kind, number }: Destination, tenant: string, listener: () => void): Subscription {
    return this.#parts.phones.events.on('located', (phone) => {
      if (kind === 'extension' && phone.extension === number && phone.tenant === tenant) listener();
    });
  }

  reachable(destination: Destination, tenant: string): boolean {
    if (destination.kind === 'line') return true;
    const { always, doNotDisturb } = this.settings(destination.number, tenant);
    if (always !== '') return true;
    const { number } = destination;
    if (doNotDisturb || this.#parts.silent.has(tenant, number)) return false;
    return this.#phoneRoutes(tenant, number).length > 0;
  }

  /** What a phone of a company shows to whom it calls outside; '': withheld. */
  publicNumber(party: Party): string {
    return this.#parts.trunks.numberOf(party.tenant, this.#showing(party.tenant, party));
  }

  /** What a call out shall show, by the policy of who asks for it: the agent's, the extension's, the company's. */
  #showing(tenant: string, asker: Asker | undefined): Showing {
    const isPhone = asker?.kind === 'extension' && asker.tenant === tenant;
    const extension = isPhone ? this.#extension(tenant, asker.number) : undefined;
    const agent = extension && this.#agentOf(asker!);
    const company = this.#parts.provisioning.snapshot.get('tenant', tenant, tenant);
    const shows = agent?.shows ?? extension?.shows ?? company?.shows ?? 'trunk';
    if (shows === 'trunk') return TRUNKS_NUMBER;
    const number = shows === 'own' ? (extension?.ownNumber ?? '') : shows;
    return { number, isHotline: this.inside(number, tenant) !== undefined };
  }

  /** Whether the phone of an extension shows numbers outside: by the right of the agent who sits there, else by its own. */
  maySee(tenant: string, extension: string): boolean {
    const own = this.#extension(tenant, extension)?.seesNumbers ?? true;
    return this.#agentAt(tenant, extension)?.seesNumbers ?? own;
  }

  #isEmergency(tenant: string, number: string): boolean {
    return isEmergency(this.#parts.provisioning, tenant, number);
  }

  #extension(tenant: string, number: string): Extension | undefined {
    return this.#parts.provisioning.snapshot.get('extension', tenant, number);
  }

  #agentAt(tenant: string, number: string, kind: Destination['kind'] = 'extension'): Agent | undefined {
    const agent = this.#parts.agentAt(tenant, { kind, number });
    return agent === undefined ? undefined : this.#parts.provisioning.snapshot.get('agent', tenant, agent);
  }

  /** Whose right counts where a phone calls out. */
  #agentOf({ tenant, number, agent }: Asker): Agent | undefined {
    if (agent === undefined) return this.#agentAt(tenant, number);
    return this.#parts.provisioning.snapshot.get('agent', tenant, agent);
  }

  /** None for an extension that is not this company's, whoever is registered by that number. */
  #phoneRoutes(tenant: string, number: string): readonly RingRoute[] {
    const extension = this.#extension(tenant, number);
    if (!extension) return [];
    const { contact } = extension;
    if (contact === undefined) return this.#parts.phones.routes(tenant, number);
    // a name has no address of its own: SDP alone counts then
    const host = hostForSocket(parseUri(contact)?.host ?? '');
    return [{ uri: contact, from: { uri: contact }, ...(isIP(host) !== 0 && { signallingAddress: host }) }];
  }

  /** The first trunk that can take the call, and behind it the others in the order of failover. */
  #resolveLine(
    { number, trunk }: Destination,
    tenant: string,
    asker: Asker | undefined,
    diversion: Diversion | undefined,
  ): Resolved {
    const shows = this.#showing(tenant, asker);
    if (isFeatureCode(number)) return { routes: [], why: 'a feature code does not leave the house' };
    if (number.includes('*')) return { routes: [], why: 'a number that is shown masked cannot be dialled' };
    let whyNot = '';
    const isUrgent = this.#isEmergency(tenant, number);
    const ways = this.#parts.trunks.waysOut({ number, tenant, trunk, shows, diversion, isUrgent }, (why) => {
      whyNot = whyNot ? `${whyNot}; ${why}` : why;
    });
    let counted: CountedCall | undefined;
    const next = (): Resolved => {
      const { value } = ways.next();
      if (!value) return { routes: [], why: whyNot };
      const { name, codecs, digits, busyTone } = value.trunk;
      counted ??= isUrgent ? undefined : this.#count(number, tenant, asker);
      return {
        routes: [value.route],
        why: '',
        trunk: name,
        media: { codecs, digits, busyTone },
        onHeard: value.onHeard,
        ...tellingBoth(value, counted),
        next,
      };
    };
    return next();
  }

  #count(number: string, tenant: string, asker: Party | undefined): CountedCall | undefined {
    return this.#parts.limits.begin(tenant, asker, () => this.#rights.classOf(tenant, number));
  }
}

/** Stands alone: a talk must not keep the other ways with it. */
function tellingBoth(
  { onEnded }: WayOut,
  counted: CountedCall | undefined,
): Pick<Resolved, 'onAnswered' | 'onEnded'> {
  if (!counted) return { onEnded };
  return {
    onAnswered: counted.answered,
    onEnded: (ending) => {
      onEnded(ending);
      counted.ended();
    },
  };
}
