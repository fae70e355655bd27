/** Phones of an extension, for the API: what is registered, and where phones register. */
import type { Config } from './config/config.ts';
import type { ExtensionPhoneBoard } from './http/routes/extension-phones.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import type { Registrar } from './registrar/registrar.ts';

interface ExtensionPhoneParts {
  readonly phones: Pick<Registrar, 'contacts' | 'account'>;
  readonly provisioning: Provisioned;
  readonly config: Pick<Config, 'sip' | 'http'>;
}

/** Addresses that stand for all of the machine's. */
const ANY = new Set(['0.0.0.0', '::']);

export function extensionPhoneBoard({
  phones,
  provisioning,
  config,
}: ExtensionPhoneParts): ExtensionPhoneBoard {
  const listeners = config.sip.listen.map(({ transport, host, port, advertise }) => ({
    transport,
    host: advertise?.host ?? (ANY.has(host) ? '' : host),
    port: advertise?.port ?? port,
  }));
  return {
    phones: (tenant, extension) => {
      const found = provisioning.snapshot.get('extension', tenant, extension);
      if (!found) return undefined;
      const agents = provisioning.snapshot.of('agent', tenant).filter((one) => one.extension === extension);
      return {
        account: phones.account({ tenant, extension }),
        servers: listeners,
        agents: agents.map(({ id }) => id),
        fixedContact: found.contact ?? null,
        registrations: phones.contacts(tenant, extension).map(({ source, userAgent, since, expiresAt }) => {
          const colon = source.indexOf(':');
          const transport = source.slice(0, colon);
          return {
            ...{ source: source.slice(colon + 1), transport, userAgent: userAgent ?? null },
            since: since === undefined ? null : new Date(since).toISOString(),
            until: new Date(expiresAt).toISOString(),
            inBrowser: transport.startsWith('ws'),
          };
        }),
      };
    },
  };
}
