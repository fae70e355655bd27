import type { Config } from './config/config.ts';
import { createEmbeddedEdge } from './edge/embedded/create-embedded-edge.ts';
import type { ProtectionOptions } from './edge/gate/protection.ts';
import type { SocketEdge } from './edge/user-agent/socket-edge.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import type { Registrar } from './registrar/registrar.ts';
import { isAnyEmergency } from './routing/emergency.ts';
import { AddressList } from './shared/address-list.ts';
import type { StoreJournal } from './store/store.ts';
import { dialogSource } from './trunk/dialog-source.ts';
import { ofTrunks } from './trunk/of-trunks.ts';

/** Trunks are known and have limits of their own; every other address is held to those of the configuration. */
function protectionOf(
  { sip: { limits, unknownSource } }: Config,
  provisioning: Provisioned,
  phones: Registrar,
): ProtectionOptions {
  const known = ofTrunks(
    provisioning,
    (trunks) => new AddressList(trunks.flatMap(({ addresses }) => addresses)),
  );
  return {
    trusts: (address) => known().has(address),
    spares: (address) => phones.knows(address),
    silent: unknownSource === 'silent',
    invitesPerSecond: limits.invites,
    registersPerSecond: limits.registers,
    banMs: limits.banMs,
  };
}

/** Our own SIP stack in this process, or drachtio-servers; what the configuration does not name is not loaded. */
export async function createSip(
  config: Config,
  provisioning: Provisioned,
  phones: Registrar,
  journal: Pick<StoreJournal, 'takesCalls'>,
  parts: Parameters<typeof createEmbeddedEdge>[1],
): Promise<SocketEdge> {
  const { edge, drachtio, listen } = config.sip;
  const isDialogSource = ofTrunks(provisioning, (trunks) => dialogSource(trunks, config.sip.dialogSource));
  const policy = {
    protection: protectionOf(config, provisioning, phones),
    dialogSource: (source: string, peer: string) => isDialogSource()(source, peer),
    isEmergency: (number: string) => isAnyEmergency(provisioning, number),
    takesCalls: () => journal.takesCalls,
  };
  if (edge === 'drachtio') {
    const { createDrachtioEdge } = await import('./edge/drachtio/create-drachtio-edge.ts');
    return createDrachtioEdge({ ...drachtio, ...policy }, parts);
  }
  const tls = config.tls ? { tls: config.tls } : {};
  const { origins } = config.http;
  const listeners = listen.map((one) => ({ ...one, origins }));
  const streams = { pingMs: config.sip.limits.browserSilenceMs / 2 };
  return createEmbeddedEdge({ listen: listeners, streams, ...policy, ...tls }, parts);
}
