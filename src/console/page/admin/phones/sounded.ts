import type { CallRow } from '../../../api/types.ts';

interface Sounded {
  readonly call: CallRow;
  readonly of: CallRow['quality'][number];
}

/** How the last calls of a phone sounded here: what came from it. */
export function soundedAt(
  calls: readonly CallRow[],
  extension: string,
  agents: readonly string[],
): readonly Sounded[] {
  return calls.flatMap((call) =>
    call.quality
      .filter(({ leg }) =>
        leg === 'caller' ? call.caller === extension : leg === extension || agents.includes(leg),
      )
      .map((of) => ({ call, of })),
  );
}
