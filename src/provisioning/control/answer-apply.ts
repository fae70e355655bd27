import { asError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import { pruned } from '../change.ts';
import { ChangeRefused } from '../check/mistake.ts';
import type { Companies } from '../companies.ts';
import type { ApplyAnswer, ApplyRequest, ControlAnswers } from './protocol.ts';

/** Answers `pbx400 apply` while the PBX runs, and logs what was changed. */
export function applyAnswers(companies: Companies, log: Logger): ControlAnswers {
  return {
    apply: async (request: ApplyRequest) => {
      const answer = await answerApply(companies, request);
      if ('changes' in answer && !request.dryRun && answer.changes.length > 0) {
        log.info({ by: request.by, changes: answer.changes.length }, 'entities were changed');
      }
      return answer;
    },
  };
}

/** Does what `pbx400 apply` asks for. Never rejects. */
export async function answerApply(
  companies: Pick<Companies, 'apply' | 'plan' | 'stored'>,
  { put, prune, dryRun, by }: ApplyRequest,
): Promise<ApplyAnswer> {
  const change = { put, removed: pruned(put, prune, companies.stored), by };
  try {
    return { changes: await (dryRun ? companies.plan(change) : companies.apply(change)) };
  } catch (error) {
    if (error instanceof ChangeRefused) return { mistakes: error.mistakes };
    return { error: asError(error).message };
  }
}
