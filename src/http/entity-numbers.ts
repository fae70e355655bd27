/** Entities for who may not see numbers of callers (号码防火墙). */
import { maskedField, maskedName } from '../provisioning/masked-entity.ts';
import { PbxError } from '../shared/errors.ts';
import { maskedNumber, textShown } from '../shared/masked-number.ts';

interface Ref {
  readonly kind: string;
  readonly tenant: string;
  readonly name: string;
}

/** Those that are named by callers' numbers: found whole only (`q`), and in the order of what is shown of them. */
export function inMaskedOrder<Found extends Ref>(
  all: readonly Found[],
  q: string | undefined,
): readonly Found[] {
  return all
    .filter(({ name }) => q === undefined || name === q)
    .map((each) => ({ each, shown: `${each.tenant}\n${maskedName(each.kind, each.name)}` }))
    .sort((one, other) => (one.shown === other.shown ? 0 : one.shown < other.shown ? -1 : 1))
    .map(({ each }) => each);
}

/** Who uses an entity: fields of lists are named by callers' numbers. */
export const maskedUser = <User extends Ref & { readonly pointer: string }>(user: User): User => ({
  ...user,
  name: maskedName(user.kind, user.name),
  pointer: maskedField(user.kind, user.pointer),
});

/** What is wrong may name numbers of another entity. Pointers are into what was sent. */
export function maskedError(error: unknown): unknown {
  if (!(error instanceof PbxError)) return error;
  const { code, message, flaws } = error;
  const shown = flaws?.map((flaw) => ({ ...flaw, detail: textShown(flaw.detail, maskedNumber) }));
  return new PbxError(code, textShown(message, maskedNumber), {
    cause: error,
    ...(shown && { flaws: shown }),
  });
}
