import type { Config } from '../config/config.ts';
import type { Named } from './snapshot.ts';

type Companies = Pick<
  Config,
  'tenants' | 'trunks' | 'extensions' | 'agents' | 'queues' | 'lists' | 'mailboxes' | 'surveys'
>;

/** The entities that a configuration file of today's form holds. */
export function entitiesOf(config: Companies): Named[] {
  const named = (kind: 'trunk' | 'queue' | 'list' | 'mailbox' | 'survey', values: readonly NamedValue[]) =>
    values.map((value) => ({ kind, tenant: value.tenant, name: value.name, value }) as Named);
  return [
    ...config.tenants.map((value) => ({ kind: 'tenant', tenant: value.id, name: value.id, value }) as Named),
    ...named('trunk', config.trunks),
    ...config.extensions.map(
      (value) => ({ kind: 'extension', tenant: value.tenant, name: value.number, value }) as Named,
    ),
    ...config.agents.map(
      (value) => ({ kind: 'agent', tenant: value.tenant, name: value.id, value }) as Named,
    ),
    ...named('queue', config.queues),
    ...named('list', config.lists),
    ...named('mailbox', config.mailboxes),
    ...named('survey', config.surveys),
  ];
}

interface NamedValue {
  readonly tenant: string;
  readonly name: string;
}
