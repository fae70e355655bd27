import type { Readable } from 'node:stream';
import type { Clock } from '../shared/clock.ts';
import { PbxError } from '../shared/errors.ts';
import type { IdSource } from '../shared/ids.ts';
import { Listenings } from '../shared/listenings.ts';
import { Scope } from '../shared/scope.ts';
import { Turns } from '../shared/turns.ts';
import type { Job } from './job-store.ts';
import { type Jobs, KEPT_MS } from './jobs.ts';

/** A link to the file of a job; times in ms since 1970. */
export interface FileLink {
  readonly id: string;
  readonly createdAt: number;
  readonly createdBy: string;
  /** Never later than the file itself is dropped. */
  readonly endsAt: number;
  readonly revokedAt: number | undefined;
}

/** As it is kept, beside the file that it leads to, and gone with it. */
interface KeptLink extends FileLink {
  readonly tokenHash: string;
}

/** Who asks, for the audit trail. */
export interface LinkAsker {
  readonly name: string;
  readonly address?: string;
}

/** An entry for the audit trail. */
export interface LinkNote {
  readonly tenantId: string;
  readonly at: number;
  readonly action: 'share' | 'unshare' | 'use-share';
  readonly by: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface FileLinksParts {
  readonly jobs: Pick<Jobs, 'get' | 'file' | 'kept' | 'keep'>;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'token'>;
  /** Makes a token that nobody guesses, and what is kept of one. */
  readonly tokens: { readonly make: () => string; readonly hashOf: (token: string) => string };
  /** Adds to the audit trail; durable when it resolves. */
  readonly tell: (note: LinkNote) => Promise<void>;
}

const PART = 'links';
/** Of one file; the oldest that are over go first. */
const MAX_LINKS = 50;
/** A token is the job's id, a dot and the secret: what else is asked for was never made. */
const TOKEN = /^([\w-]{1,64})\.([\w-]{16,100})$/;

/** Links by which anybody fetches the file of an export until they end (导出链接), made and ended by who began it. */
export class FileLinks {
  readonly #parts: FileLinksParts;
  readonly #writing = new Turns();
  readonly #uses = new Listenings();

  constructor(parts: FileLinksParts) {
    this.#parts = parts;
  }

  /** The newest first. Throws PbxError `not-found`, also for a job of somebody else. */
  async of(jobId: string, scope: Scope, who: LinkAsker): Promise<readonly FileLink[]> {
    const job = await this.#own(jobId, scope, who);
    return (await this.#kept(job.id)).toReversed();
  }

  /** Makes one; the token is told this once. Throws PbxError `not-found`, and `too-many` where 50 are not over. */
  async make(
    jobId: string,
    scope: Scope,
    who: LinkAsker,
    lastsMs: number,
  ): Promise<{ readonly link: FileLink; readonly token: string }> {
    const { clock, ids, tokens } = this.#parts;
    const job = await this.#own(jobId, scope, who);
    const secret = tokens.make();
    return await this.#writing.take(async () => {
      const now = clock.now();
      const link: KeptLink = {
        id: ids.token(),
        createdAt: now,
        createdBy: who.name,
        endsAt: Math.min(now + lastsMs, (job.endedAt ?? now) + KEPT_MS),
        revokedAt: undefined,
        tokenHash: tokens.hashOf(secret),
      };
      const kept = await this.#kept(job.id);
      const open = kept.filter((each) => isOpen(each, now));
      if (open.length >= MAX_LINKS)
        throw new PbxError('in-use', `job ${job.id} has ${MAX_LINKS} links: end one`);
      await this.#keep(job.id, [...(kept.length >= MAX_LINKS ? open : kept), link]);
      await this.#tell('share', job, who, { share: link.id, endsAt: new Date(link.endsAt).toISOString() });
      return { link, token: `${job.id}.${secret}` };
    });
  }

  /** Ends one. Throws PbxError `not-found`. */
  async revoke(jobId: string, linkId: string, scope: Scope, who: LinkAsker): Promise<void> {
    const job = await this.#own(jobId, scope, who);
    await this.#writing.take(async () => {
      const now = this.#parts.clock.now();
      const kept = await this.#kept(job.id);
      if (!kept.some((each) => each.id === linkId && isOpen(each, now)))
        throw new PbxError('not-found', `job ${job.id} has no link ${linkId} that is not over`);
      await this.#keep(
        job.id,
        kept.map((each) => (each.id === linkId ? { ...each, revokedAt: now } : each)),
      );
      await this.#tell('unshare', job, who, { share: linkId });
    });
  }

  /** What a link leads to. Throws PbxError `not-found` for one that is over as for one that never was. */
  async open(
    token: string,
    address: string,
    isFetched: boolean,
  ): Promise<{ readonly job: Job; readonly content: Readable }> {
    const { jobs, clock, tokens } = this.#parts;
    const [, jobId = '', secret = ''] = TOKEN.exec(token) ?? [];
    const hash = tokens.hashOf(secret);
    const links = jobId === '' ? [] : await this.#kept(jobId);
    const link = links.find(({ tokenHash }) => tokenHash === hash);
    if (!link || !isOpen(link, clock.now())) throw noLink();
    const job = await jobs.get(Scope.all, jobId);
    const content = await jobs.file(job);
    if (!content) throw noLink();
    if (isFetched) await this.#tellOnce(job, link, address);
    return { job, content };
  }

  async #own(jobId: string, scope: Scope, { name }: LinkAsker): Promise<Job> {
    const job = await this.#parts.jobs.get(scope, jobId);
    if (job.by !== name || job.kind !== 'export' || job.state !== 'done' || !job.file)
      throw new PbxError('not-found', `job ${jobId} has no file for you that a link could lead to`);
    return job;
  }

  async #kept(jobId: string): Promise<readonly KeptLink[]> {
    const content = await this.#parts.jobs.kept(jobId, PART);
    if (!content) return [];
    const parts: Buffer[] = [];
    for await (const part of content) parts.push(part as Buffer);
    return JSON.parse(Buffer.concat(parts).toString());
  }

  #keep(jobId: string, links: readonly KeptLink[]): Promise<void> {
    return this.#parts.jobs.keep(jobId, PART, JSON.stringify(links));
  }

  /** A player of downloads asks in parts, and again: one use. */
  async #tellOnce(job: Job, { id }: FileLink, address: string): Promise<void> {
    const now = this.#parts.clock.now();
    const key = `${id}\n${address}`;
    if (!this.#uses.isNew(key, now)) return;
    await this.#tell('use-share', job, { name: `link ${id}`, address }, {});
    this.#uses.told(key, now);
  }

  async #tell(
    action: LinkNote['action'],
    { id, tenantId, file }: Job,
    { name, address }: LinkAsker,
    details: LinkNote['details'],
  ): Promise<void> {
    const where = address === undefined ? {} : { address };
    await this.#parts.tell({
      tenantId,
      at: this.#parts.clock.now(),
      action,
      by: name,
      details: { job: id, file: file?.name, ...details, ...where },
    });
  }
}

const isOpen = ({ revokedAt, endsAt }: FileLink, now: number) => revokedAt === undefined && endsAt > now;
const noLink = () => new PbxError('not-found', 'there is no such link, or it is over');
