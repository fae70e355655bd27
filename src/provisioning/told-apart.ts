/** What tells the calls of trunks apart that come from one address. */
export interface TrunkMarks {
  readonly identify?:
    | {
        readonly called?: readonly string[] | undefined;
        readonly user?: string | undefined;
        readonly port?: number | undefined;
      }
    | undefined;
  readonly register?: { readonly username: string } | undefined;
}

/** Whether calls from an address that two trunks have can be told apart: by what only one of them may match. */
export function toldApart(one: TrunkMarks, other: TrunkMarks): boolean {
  if (marksOf(one) === marksOf(other)) return false;
  const called = new Set(one.identify?.called);
  const sharesNumber = other.identify?.called?.some((number) => called.has(number)) ?? false;
  const isElsewhere =
    one.identify?.port !== other.identify?.port || one.identify?.user !== other.identify?.user;
  return !sharesNumber || isElsewhere;
}

function marksOf({ identify, register }: TrunkMarks): string {
  const { called = [], user = register?.username, port } = identify ?? {};
  return JSON.stringify([[...called].sort(), user, port]);
}
