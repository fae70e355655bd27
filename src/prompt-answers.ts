/** What `pbx400 prompts` asks of the running PBX, see `provisioning/control/protocol.ts`. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { PromptBoard, PromptPlace, PromptVersionRow } from './http/routes/prompts.ts';
import { isOpen, type Job } from './job/job-store.ts';
import type { Jobs } from './job/jobs.ts';
import type { ControlAnswers, ControlRequest } from './provisioning/control/protocol.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { asError, PbxError } from './shared/errors.ts';
import { Scope } from './shared/scope.ts';

/** What is done with a prompt. */
export type PromptAct =
  | { readonly act: 'versions' }
  | { readonly act: 'restore'; readonly version: string }
  /** `file`: on the machine of the PBX, which reads it. */
  | { readonly act: 'upload'; readonly file: string }
  | { readonly act: 'say'; readonly text: string; readonly spoken: string; readonly voice?: string };
export type PromptRequest = ControlRequest & {
  readonly name: string;
  /** Left out: the only company. */
  readonly tenant?: string | undefined;
  readonly language?: string | undefined;
  readonly by: string;
} & PromptAct;

/** A prompt of a company as `pbx400 prompts` lists it. */
export interface PromptRow {
  readonly tenant: string;
  readonly name: string;
  /** Besides the one that everybody hears who has chosen none. */
  readonly languages: readonly string[];
  readonly text: string;
  readonly durationMs: number | null;
  readonly madeAt: string | null;
}

export interface PromptAnswersParts {
  readonly provisioning: Pick<Provisioned, 'snapshot'>;
  readonly board: PromptBoard;
  readonly jobs: Pick<Jobs, 'get' | 'events'>;
}

export function promptAnswers({ provisioning, board, jobs }: PromptAnswersParts): ControlAnswers {
  const companyOf = (tenant: string | undefined): string => {
    const companies = provisioning.snapshot.all('tenant').map(({ id }) => id);
    const named = tenant ?? (companies.length === 1 ? companies[0] : undefined);
    if (named === undefined)
      throw new PbxError(
        'input',
        `several companies are there: name one with --tenant: ${companies.join(', ')}`,
      );
    if (companies.includes(named)) return named;
    throw new PbxError('not-found', `there is no company ${named}`);
  };
  const over = async (tenant: string, begun: Job): Promise<object> => {
    const { error, result } = await ended(jobs, tenant, begun);
    if (error !== undefined) throw new PbxError('input', error);
    return { made: result };
  };

  async function rows(tenant: string | undefined): Promise<readonly PromptRow[]> {
    const found: PromptRow[] = [];
    for (const { text = '', languages, ...one } of provisioning.snapshot.all('prompt')) {
      if (tenant !== undefined && one.tenant !== tenant) continue;
      const place = { tenant: one.tenant, name: one.name, language: undefined };
      const current = (await board.versions(place)).find(({ isCurrent }) => isCurrent);
      const { durationMs = null, madeAt = null } = current ?? {};
      found.push({ ...place, languages: Object.keys(languages), text, durationMs, madeAt });
    }
    return found;
  }

  async function act(request: PromptRequest): Promise<object> {
    const tenant = companyOf(request.tenant);
    const { name, language } = request;
    const place: PromptPlace = { tenant, name, language };
    const by = { by: request.by };
    switch (request.act) {
      case 'versions':
        return { versions: await board.versions(place) };
      case 'restore':
        return { version: await board.restore(place, request.version, by) };
      case 'upload': {
        await requireReadable(request.file);
        return await over(tenant, await board.upload(place, createReadStream(request.file), by));
      }
      case 'say': {
        const { text, spoken, voice } = request;
        return await over(tenant, await board.say(place, { text, language: spoken, voice }, by));
      }
    }
  }

  return {
    prompts: async ({ tenant }: ControlRequest & { readonly tenant?: string }) => ({
      prompts: await rows(tenant),
    }),
    prompt: act,
  };
}

async function requireReadable(file: string): Promise<void> {
  try {
    const handle = await open(file);
    try {
      if ((await handle.stat()).isFile()) return;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new PbxError('input', `the PBX cannot read the file: ${asError(error).message}`, { cause: error });
  }
  throw new PbxError('input', `${file} is no file`);
}

/** A job when it is over. */
async function ended(
  jobs: PromptAnswersParts['jobs'],
  tenant: string,
  begun: Job,
): Promise<Pick<Job, 'error' | 'result'>> {
  return await new Promise((resolve, reject) => {
    const told = jobs.events.on('changed', (job) => {
      if (job.id === begun.id && !isOpen(job)) done(job);
    });
    const done = (job: Job) => {
      told.off();
      const error = job.error ?? (job.state === 'done' ? undefined : `it was ${job.state}`);
      resolve({ error, result: job.result });
    };
    jobs
      .get(Scope.of(tenant), begun.id)
      .then((job) => isOpen(job) || done(job))
      .catch((error) => {
        told.off();
        reject(error);
      });
  });
}

/** What came of an upload, or of a text. */
export interface MadePromptAnswer {
  readonly made: { readonly prompt: string; readonly version: string; readonly durationMs: number };
}
export type { PromptVersionRow };
