import { Scope } from '../shared/scope.ts';
import { isOpen, type Job } from './job-store.ts';
import type { Jobs } from './jobs.ts';

/** A job that was begun, when it is over. */
export async function jobOver(jobs: Pick<Jobs, 'get' | 'events'>, begun: Job): Promise<Job> {
  return await new Promise((resolve, reject) => {
    const told = jobs.events.on('changed', (job) => {
      if (job.id === begun.id && !isOpen(job)) done(job);
    });
    const done = (job: Job) => {
      told.off();
      resolve(job);
    };
    jobs
      .get(Scope.of(begun.tenantId), begun.id)
      .then((job) => isOpen(job) || done(job))
      .catch((error) => {
        told.off();
        reject(error);
      });
  });
}

/** Why a job that is over did not do its work; undefined: it did. */
export const failureOf = ({ error, state }: Job): string | undefined =>
  error ?? (state === 'done' ? undefined : `it was ${state}`);
