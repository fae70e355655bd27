/** What goes into a support bundle: each room tells its own. */
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import type { Cdr } from './cdr/cdr.ts';
import type { CdrReader } from './cdr/cdr-query.ts';
import { publicCall } from './cdr/public-call.ts';
import type { Config } from './config/config.ts';
import { secretsIn } from './fault/redaction.ts';
import { type BundleOrder, type BundlePart, SupportBundles } from './fault/support-bundle.ts';
import type { Metric } from './http/metric.ts';
import type { NodeBoard } from './http/routes/nodes.ts';
import type { Jobs } from './job/jobs.ts';
import { drawLadder, writeMessages } from './ladder/draw-ladder.ts';
import type { Ladders } from './ladder/ladders.ts';
import { secretsOf, withoutSecrets } from './provisioning/check/secrets.ts';
import type { Companies } from './provisioning/companies.ts';
import { kindOf } from './provisioning/kinds.ts';
import type { Named } from './provisioning/snapshot.ts';
import type { Clock } from './shared/clock.ts';
import { PACKAGE } from './shared/own-package.ts';
import type { RecentLog } from './shared/recent-log.ts';
import { Slices } from './shared/slices.ts';
import type { AuditEntry } from './store/store.ts';

/** Entities that are gone through in a turn of the loop. */
const LOOKS = 1000;
/** Calls that failed, looked for among so many of the last. */
const LOOKED = 500;
const FAILED = 20;

export interface SupportParts {
  readonly companies: Companies;
  readonly jobs: Jobs;
  readonly cdrs: Pick<CdrReader, 'query'>;
  readonly ladders: Ladders | undefined;
  readonly log: RecentLog;
  readonly state: () => string;
  readonly notReady: () => unknown;
  readonly nodes: NodeBoard;
  readonly metrics: () => readonly Metric[];
  readonly engines: () => unknown;
  readonly tell: (entry: AuditEntry) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

export function supportBundles(config: Config, parts: SupportParts): SupportBundles {
  const { companies, jobs, tell, clock } = parts;
  return new SupportBundles({
    ...{ jobs, tell, clock },
    sections: (order, since) => sections(config, parts, order, since),
    secrets: function* () {
      yield* secretsIn(config);
      for (const { kind, value } of companies.entities) {
        // One without secrets is a step too.
        yield '';
        yield* secretsOf(kindOf(kind), value as never);
      }
    },
    timeOf: (ms) => new Date(ms).toISOString(),
  });
}

async function* sections(
  config: Config,
  parts: SupportParts,
  order: BundleOrder,
  since: number,
): AsyncGenerator<BundlePart, void> {
  const { companies, ladders, log, clock } = parts;
  const { tenant } = order;
  yield { name: 'about.json', json: about(config, parts) };
  // Of the machine, and of those who share it, whoever runs it knows.
  if (tenant === undefined) {
    const { state, notReady, nodes, metrics } = parts;
    const health = { state: state(), notReady: notReady(), nodes: nodes.nodes(), metrics: metrics() };
    yield { name: 'health.json', json: health };
    yield { name: 'config.json', json: config };
  } else yield { name: 'health.json', json: { state: parts.state(), notReady: parts.notReady() } };
  const slices = new Slices(LOOKS);
  const files = new Map<string, Named[]>();
  for (const entity of companies.entities) {
    await slices.step();
    if (tenant !== undefined && entity.tenant !== tenant) continue;
    const name = `entities/${entity.tenant}/${entity.kind}.ndjson`;
    const others = files.get(name);
    if (others) others.push(entity);
    else files.set(name, [entity]);
  }
  for (const [name, entities] of files) yield { name, each: allShown(entities) };
  for (const cdr of await callsOf(parts, order)) {
    const { callId } = cdr;
    yield { name: `calls/${callId}.json`, json: publicCall(cdr) };
    const ladder = ladders?.of(callId, (each) => tenant === undefined || each === tenant);
    if (ladder) {
      const text = `${drawLadder(ladder, config.timeZone)}\n${writeMessages(ladder, config.timeZone)}`;
      yield { name: `ladders/${callId}.txt`, text };
    }
  }
  yield {
    name: 'log.ndjson',
    lines: tenant === undefined ? log.since(since) : ownLines(log.since(since), tenant),
  };
  yield {
    name: 'made.json',
    json: { at: new Date(clock.now()).toISOString(), of: tenant ?? 'all', hours: order.hours },
  };
}

function about({ sip, media, store, timeZone, nodeId }: Config, { engines }: SupportParts) {
  const { node, v8, openssl, uv } = process.versions;
  return {
    pbx400: PACKAGE.version,
    runtime: { node, v8, openssl, uv },
    system: { platform: platform(), release: release(), arch: arch() },
    machine: {
      cores: cpus().length,
      processor: cpus()[0]?.model,
      memoryBytes: totalmem(),
      load: loadavg(),
    },
    process: { upSeconds: Math.round(process.uptime()), memory: process.memoryUsage() },
    engines: { sip: sip.edge, media: media.engine, store: store.engine, ...(engines() as object) },
    ...{ timeZone, nodeId },
  };
}

const shown = ({ kind, name, tenant, value }: Named) => ({
  ...{ tenant, name },
  value: withoutSecrets(kindOf(kind), value as never),
});

function* allShown(entities: readonly Named[]): Generator<object, void> {
  for (const each of entities) yield shown(each);
}

/** Those that were named, or the last that somebody but the caller or who was called has failed. */
async function callsOf({ cdrs }: SupportParts, { tenant, calls }: BundleOrder): Promise<readonly Cdr[]> {
  const own = { ...(tenant !== undefined && { tenantId: tenant }) };
  if (calls.length === 0) {
    const { cdrs: last } = await cdrs.query({ ...own, limit: LOOKED });
    return last.filter(({ fault }) => /carrier|system|company/.test(fault ?? '')).slice(0, FAILED);
  }
  const found = await Promise.all(calls.map((call) => cdrs.query({ ...own, search: call, limit: 1 })));
  return found.flatMap((page) => page.cdrs).filter(({ callId }) => calls.includes(callId));
}

/** Lines that name the company, '' for each other: they tell of its neighbours. */
function* ownLines(lines: Iterable<string>, tenant: string): Generator<string, void> {
  const own = [`"tenant":${JSON.stringify(tenant)}`, `"tenantId":${JSON.stringify(tenant)}`];
  for (const line of lines) yield own.some((each) => line.includes(each)) ? line : '';
}
