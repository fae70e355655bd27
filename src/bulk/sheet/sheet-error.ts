/** A file that is no table, or too large; `fix` says what to do. */
export class SheetError extends Error {
  override readonly name = 'SheetError';
  readonly fix: string;

  constructor(reason: string, fix: string) {
    super(reason);
    this.fix = fix;
  }
}
