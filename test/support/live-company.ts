import { type ConfigDocument, TRUNK_HOST } from './pbx.ts';

/** Where the line is that its hotline puts callers through to. */
export const LINE_HOST = '127.0.0.11';

/**
 * The company of `test/e2e/live-dialplans` before it changes: what `pbx400.yaml` calls a seed. `uri`: of the line; `contact`: of
 * the phone 8001.
 */
export function liveCompany(uri: string, contact: string): ConfigDocument {
  return {
    tenant: 'demo',
    tenants: { demo: { name: '示例公司' } },
    trunks: {
      carrier: {
        addresses: [TRUNK_HOST, LINE_HOST],
        uri,
        channels: 1000,
        callsPerSecond: { in: 1000, out: 1000 },
        probe: '0s',
      },
    },
    extensions: { 8001: { contact } },
    agents: { 8001: {} },
    queues: { sales: { agents: [8001], wrapUp: '0s', announceAgent: false, record: false } },
    mailboxes: { sales: { greeting: 'bank-balance' } },
    surveys: { 'three-keys': {} },
    lists: { nuisance: {} },
    calendars: { hours: { periods: { open: { daily: '00:00-24:00' } } } },
  };
}
