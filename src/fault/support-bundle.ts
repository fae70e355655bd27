import { type ZipEntry, zipFile } from '../bulk/zip/zip-file.ts';
import type { Job } from '../job/job-store.ts';
import type { JobAtWork, Jobs } from '../job/jobs.ts';
import type { Clock } from '../shared/clock.ts';
import { Slices } from '../shared/slices.ts';
import type { FaultActor } from './fault-reports.ts';
import { Redaction } from './redaction.ts';

/** Lines that are gone through in a turn of the loop. */
const LINES = 20;
const HOUR_MS = 3_600_000;
const README = `This is a support bundle of pbx400 (支持包): what its makers need to find a fault.

about.json      versions: pbx400, Node, the machine, the engines behind
health.json     how this process is, which nodes share the database, figures of all rooms
config.json     the configuration of the machine
entities/       what companies have set up, a file a kind
calls/          the records of the calls that were named, or of the last that failed, with the why of each step
ladders/        the SIP messages of those calls, and what happened beside them
log.ndjson      what was logged in the last hours

Secrets are left out. Each number of seven digits and more is a sign (#1, #2 ...), the same one throughout this file.
`;

/** Whose bundle of what. */
export interface BundleOrder {
  /** Undefined: of the whole installation. */
  readonly tenant: string | undefined;
  /** Whose the job is. */
  readonly home: string;
  /** Ids of calls; none: the last that failed. */
  readonly calls: readonly string[];
  /** So far back the log goes. */
  readonly hours: number;
}

/** A file of a bundle, before anything is taken out of it: JSON, a text, or lines of a log. */
export type BundlePart = { readonly name: string } & (
  | { readonly json: unknown }
  /** JSON, a line each. */
  | { readonly each: Iterable<unknown> }
  | { readonly text: string }
  /** '': one that is left out. */
  | { readonly lines: Iterable<string> }
);

export interface SupportBundleParts {
  readonly jobs: Jobs;
  readonly tell: (entry: {
    readonly tenantId: string;
    readonly at: number;
    readonly action: 'export';
    readonly by: string;
    readonly details: Readonly<Record<string, unknown>>;
  }) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
  /** What goes into it; `since`: ms since 1970, for the log. */
  readonly sections: (order: BundleOrder, since: number) => AsyncIterable<BundlePart>;
  /** Every secret that is known here, to be hidden wherever it stands. */
  readonly secrets: () => Iterable<string>;
  readonly timeOf: (ms: number) => string;
}

/** Logs, ladders, versions, configuration and health in one ZIP file (支持包), by a job; secrets and numbers are taken out. */
export class SupportBundles {
  readonly #parts: SupportBundleParts;

  constructor(parts: SupportBundleParts) {
    this.#parts = parts;
  }

  /** It is in the audit trail before a byte of it is. Throws PbxError `too-many-jobs`. */
  start(order: BundleOrder, { by, address }: FaultActor): Promise<Job> {
    const { jobs, tell, clock, timeOf } = this.#parts;
    const { home: tenantId, tenant, calls, hours } = order;
    return jobs.start({ kind: 'support-bundle', tenantId, by }, async (work) => {
      const details = { what: 'support-bundle', of: tenant ?? 'all', calls: calls.length, hours, address };
      await tell({ tenantId, at: clock.now(), action: 'export', by, details });
      const taken = { files: 0 };
      const name = `pbx400-support-${new Date(clock.now()).toISOString().slice(0, 16).replaceAll(/[-:]/g, '')}.zip`;
      await work.writeFile(name, 'application/zip', zipFile(this.#entries(order, work, taken), timeOf));
      return { what: 'support-bundle', ...taken };
    });
  }

  async *#entries(
    order: BundleOrder,
    { signal, progress }: JobAtWork,
    taken: { files: number },
  ): AsyncGenerator<ZipEntry, void> {
    const { clock, sections, secrets } = this.#parts;
    const at = clock.now();
    const redaction = new Redaction([]);
    const slices = new Slices(LINES);
    for (const secret of secrets()) {
      await slices.step();
      redaction.know(secret);
    }
    yield { name: 'README.txt', at, content: [Buffer.from(README)] };
    for await (const part of sections(order, at - order.hours * HOUR_MS)) {
      signal.throwIfAborted();
      yield { name: part.name, at, content: cleaned(part, redaction, signal) };
      progress(++taken.files);
    }
  }
}

async function* cleaned(
  part: BundlePart,
  redaction: Redaction,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const slices = new Slices(LINES);
  if ('json' in part) return yield bytes(JSON.stringify(redaction.value(part.json), undefined, 2));
  if ('each' in part) {
    for (const each of part.each) {
      await slices.step();
      signal.throwIfAborted();
      yield bytes(JSON.stringify(redaction.value(each)));
    }
    return;
  }
  for (const line of 'text' in part ? part.text.split('\n') : part.lines) {
    await slices.step();
    signal.throwIfAborted();
    if ('text' in part) yield bytes(redaction.text(line));
    else if (line !== '') yield bytes(redaction.line(line));
  }
}

const bytes = (line: string): Uint8Array => Buffer.from(`${line}\n`);
