import { PbxError } from '../shared/errors.ts';

/** The catalogue has no such prompt; the message lists the names nearest to it. */
export class UnknownPromptError extends PbxError {
  readonly prompt: string;
  /** Names that exist and look alike, nearest first. */
  readonly near: readonly string[];
  constructor(prompt: string, folder: string, near: readonly string[]) {
    const hint = near.length > 0 ? `; did you mean ${near.join(', ')}?` : '';
    super('unknown-prompt', `no prompt "${prompt}" in ${folder}${hint}`);
    this.prompt = prompt;
    this.near = near;
  }
}
