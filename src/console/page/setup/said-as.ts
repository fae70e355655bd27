import { ApiError, ask } from '../../api/ask.ts';
import type { JobRow } from '../../api/types.ts';
import { isOver } from '../../kit/bulk/use-job.ts';

const LOOK_MS = 400;
/** There is no speech here, or none of that language: it is refused before there is a job. */
const UNSAID: ReadonlySet<string> = new Set(['speech-missing', 'bad-request']);

/** Has a text said as a prompt of the company. False: there is nothing here that says texts. */
export async function saidAs(name: string, text: string, language: string): Promise<boolean> {
  let job: JobRow;
  try {
    const path = `/prompts/${encodeURIComponent(name)}/speech`;
    ({ job } = await ask<{ readonly job: JobRow }>(path, { method: 'POST', body: { text, language } }));
  } catch (error) {
    if (error instanceof ApiError && UNSAID.has(error.code)) return false;
    throw error;
  }
  while (!isOver(job)) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
    job = await ask<JobRow>(`/jobs/${encodeURIComponent(job.id)}`);
  }
  return job.state === 'done';
}
