import { join } from 'node:path';
import { Auth } from './auth/auth.ts';
import type { Companies } from './auth/companies.ts';
import { FIRST_PASSWORD_FILE } from './auth/first-operator.ts';
import { Passwords } from './auth/passwords.ts';
import type { PhoneSecrets } from './auth/phone-credentials.ts';
import type { Config } from './config/config.ts';
import { agentsReached, departmentOf, departmentsReached } from './provisioning/organisation.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { type Snapshot, SYSTEM_TENANT } from './provisioning/snapshot.ts';
import type { Clock } from './shared/clock.ts';
import type { IdSource } from './shared/ids.ts';
import type { Logger } from './shared/logger.ts';
import type { Reached } from './shared/scope.ts';
import { SecretBox } from './shared/secret-box.ts';
import type { Store } from './store/store.ts';

interface Services {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

type KeptIn = Pick<Store, 'auth' | 'audit'>;

/** Who may sign in, in a store. */
export function authOn(
  store: KeptIn,
  { dataDir, secretKey }: Pick<Config, 'dataDir' | 'secretKey'>,
  companies: Companies,
  phones: PhoneSecrets,
  { clock, ids, logger: log }: Services,
): Auth {
  return new Auth({
    store: store.auth,
    passwords: new Passwords(),
    tell: (note) => store.audit.append(note),
    companies,
    box: new SecretBox(secretKey),
    phones,
    firstPassword: join(dataDir, FIRST_PASSWORD_FILE),
    clock,
    ids,
    log,
  });
}

/** The same for the running PBX; at the first start there is nobody, and the operator's account is made. */
export async function openAuth(
  config: Pick<Config, 'dataDir' | 'secretKey'>,
  store: KeptIn,
  provisioning: Provisioned,
  phones: PhoneSecrets,
  services: Services,
): Promise<Auth> {
  const companies: Companies = {
    has: (tenant) => provisioning.snapshot.get('tenant', tenant, tenant) !== undefined,
    ofReseller: (name) => provisioning.snapshot.get('reseller', SYSTEM_TENANT, name)?.companies,
    hasAgent: (tenant, agent) => provisioning.snapshot.get('agent', tenant, agent) !== undefined,
    extensionOf: (tenant, agent) => provisioning.snapshot.get('agent', tenant, agent)?.extension,
    hasDepartment: (tenant, name) => provisioning.snapshot.get('department', tenant, name) !== undefined,
    agentsIn: (tenant, name) =>
      provisioning.snapshot
        .of('agent', tenant)
        .flatMap((agent) => (agent.department === name ? [agent.id] : [])),
    departmentOf: (user) => departmentOf(provisioning.snapshot, user.tenantId, user),
    isAtTop: (user) => departmentOf(provisioning.snapshot, user.tenantId, user) === undefined,
    departmentsOf: (user, reach) => departmentsReached(provisioning.snapshot, user.tenantId, user, reach),
    reachedBy: reachedIn(provisioning),
  };
  const auth = authOn(store, config, companies, phones, services);
  if (await auth.firstOperator.make()) {
    const file = join(config.dataDir, FIRST_PASSWORD_FILE);
    services.logger.info({ file }, 'the account of the first operator was made; its password is in the file');
  }
  const sealed = await auth.secondFactor.sealOld();
  if (sealed > 0) services.logger.info({ sealed }, 'secrets of authenticator apps were sealed');
  return auth;
}

/** Whom somebody reaches, made out once a revision of the companies. */
function reachedIn(provisioning: Provisioned): Companies['reachedBy'] {
  let known: Snapshot | undefined;
  const reached = new Map<string, Reached>();
  return (user, reach) => {
    const { snapshot } = provisioning;
    if (snapshot !== known) reached.clear();
    known = snapshot;
    const key = [user.tenantId, user.agent, user.department, reach].join('\n');
    const found = reached.get(key) ?? agentsReached(snapshot, user.tenantId, user, reach);
    reached.set(key, found);
    return found;
  };
}
