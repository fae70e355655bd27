import { ConfigError } from '../shared/errors.ts';

const byPlace = ({ place: left }: ConfigError, { place: right }: ConfigError): number =>
  (left?.line ?? 0) - (right?.line ?? 0) || (left?.column ?? 0) - (right?.column ?? 0);

/** All mistakes of one configuration at once, in the file's order. `toString()` gives one line a mistake. */
export class ConfigErrors extends ConfigError {
  readonly errors: readonly ConfigError[];

  constructor(file: string, errors: readonly ConfigError[]) {
    const count = errors.length === 1 ? '1 mistake' : `${errors.length} mistakes`;
    super(`${file} has ${count}`, { file });
    this.errors = errors.toSorted(byPlace);
  }

  override toString(): string {
    return this.errors.map(String).join('\n');
  }
}
