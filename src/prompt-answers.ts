/** What `pbx400 prompts` asks of the running PBX, see `provisioning/control/protocol.ts`. */
import { createReadStream } from 'node:fs';
import type { PromptBoard, PromptPlace, PromptVersionRow } from './http/routes/prompts.ts';
import { failureOf, jobOver } from './job/job-over.ts';
import type { Job } from './job/job-store.ts';
import type { Jobs } from './job/jobs.ts';
import { namedCompany, requireReadable } from './provisioning/control/named.ts';
import type { ControlAnswers, ControlRequest } from './provisioning/control/protocol.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { PbxError } from './shared/errors.ts';

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
  readonly board: Pick<PromptBoard, 'versions' | 'restore' | 'upload' | 'say'>;
  readonly jobs: Pick<Jobs, 'get' | 'events'>;
}

export function promptAnswers({ provisioning, board, jobs }: PromptAnswersParts): ControlAnswers {
  const over = async (begun: Job): Promise<object> => {
    const job = await jobOver(jobs, begun);
    const failure = failureOf(job);
    if (failure !== undefined) throw new PbxError('input', failure);
    return { made: job.result };
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
    const tenant = namedCompany(provisioning, request.tenant);
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
        return await over(await board.upload(place, createReadStream(request.file), by));
      }
      case 'say': {
        const { text, spoken, voice } = request;
        return await over(await board.say(place, { text, language: spoken, voice }, by));
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

/** What came of an upload, or of a text. */
export interface MadePromptAnswer {
  readonly made: { readonly prompt: string; readonly version: string; readonly durationMs: number };
}
export type { PromptVersionRow };
