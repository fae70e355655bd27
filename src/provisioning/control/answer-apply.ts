import { asError } from '../../shared/errors.ts';
import { pruned } from '../change.ts';
import { ChangeRefused } from '../check/mistake.ts';
import type { Companies } from '../companies.ts';
import type { ApplyAnswer, ApplyRequest } from './protocol.ts';

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
